import type { LiveObject } from "../../json.ts";
import type { FieldError } from "../field-error.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import { validateCoreObjectMeta, validateCoreObjectMetaUpdate } from "../validation/core-object-meta.ts";
import { nameIsDnsSubdomain } from "../validation/names.ts";
import { fieldsOf, structsOf, textOf } from "../validation/read-value.ts";

const enforceAnnotation = "kubernetes.io/enforce-mountable-secrets";

const validate = (object: LiveObject): readonly FieldError[] =>
  validateCoreObjectMeta(object, true, nameIsDnsSubdomain);

/** Of a secret's reference only the name is kept. */
const keepSecretNames = (object: LiveObject): void => {
  const secrets = structsOf(object["secrets"]);
  if (secrets.length === 0) return;
  object["secrets"] = secrets.map((secret) => {
    const name = textOf(secret["name"]);
    return name === "" ? {} : { name };
  });
};

const has = (object: LiveObject | undefined): boolean =>
  object !== undefined && Object.hasOwn(fieldsOf(object.metadata["annotations"]), enforceAnnotation);

export const serviceAccount: KindStrategy = {
  validatesMetadata: true,
  prepareForCreate: keepSecretNames,
  prepareForUpdate: keepSecretNames,
  validateCreate: validate,
  validateUpdate: (object, old) => [...validateCoreObjectMetaUpdate(object, old), ...validate(object)],
  warnings: (object, old) =>
    has(object) && !has(old)
      ? [
          `metadata.annotations[${enforceAnnotation}]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets`,
        ]
      : [],
};
