import { isMap, type LiveObject, type ValueMap } from "../json.ts";
import { type FieldError, invalid } from "../kinds/field-error.ts";
import type { KindStrategy } from "../kinds/kind-strategy.ts";
import { fieldsOf, textOf, textsOf } from "../kinds/validation/read-value.ts";
import { validateApproval } from "./api-approval.ts";
import { isTrue, specOf, storageVersionOf, versionsOf } from "./crd-document.ts";
import { deepEqual } from "./deep-equal.ts";
import { formatWarnings } from "./rules/format-warnings.ts";
import { internalSpec } from "./rules/internal-spec.ts";
import { namesRules } from "./rules/names-rules.ts";
import { immutableRules, preserveRules, specRules } from "./rules/spec-rules.ts";

const nameless = { plural: "", kind: "" } as const;

const storedVersionsOf = (crd: LiveObject): readonly string[] => textsOf(fieldsOf(crd["status"])["storedVersions"]);

/** A storage version once used stays in the list until its objects were migrated. */
const rememberStorage = (crd: LiveObject): void => {
  const version = storageVersionOf(crd);
  const stored = storedVersionsOf(crd);
  if (version !== "" && !stored.includes(version))
    crd["status"] = { ...fieldsOf(crd["status"]), storedVersions: [...stored, version] };
};

const defaultNames = (spec: ValueMap): void => {
  const names = isMap(spec["names"]) ? spec["names"] : {};
  const kind = textOf(names["kind"]);
  if (textOf(names["singular"]) === "" && kind !== "") names["singular"] = kind.toLowerCase();
  if (textOf(names["listKind"]) === "" && kind !== "") names["listKind"] = `${kind}List`;
  spec["names"] = names;
};

const defaultConversion = (spec: ValueMap): void => {
  if (!isMap(spec["conversion"])) spec["conversion"] = { strategy: "None" };
  const client = fieldsOf(fieldsOf(fieldsOf(spec["conversion"])["webhook"])["clientConfig"]);
  const service = client["service"];
  if (isMap(service) && service["port"] === undefined) service["port"] = 443;
};

const applyDefaults = (crd: LiveObject): void => {
  const { spec } = crd;
  if (isMap(spec)) {
    defaultNames(spec);
    defaultConversion(spec);
  }
  if (storedVersionsOf(crd).length === 0) rememberStorage(crd);
};

/** The name is made of two fields, which the rule for names does not see. */
const nameRules = (crd: LiveObject): readonly FieldError[] => {
  const wanted = `${textOf(fieldsOf(specOf(crd)["names"])["plural"])}.${textOf(specOf(crd)["group"])}`;
  return ["generateName", "name"].flatMap((key) => {
    const value = textOf(crd.metadata[key]);
    return value === "" || value === wanted
      ? []
      : [invalid(`metadata.${key}`, value, 'must be spec.names.plural+"."+spec.group')];
  });
};

/** Each stored version answers for one declared version of its name. */
const storedVersionRules = (crd: LiveObject): readonly FieldError[] => {
  const field = "status.storedVersions";
  const stored = storedVersionsOf(crd);
  if (stored.length === 0) return [invalid(field, null, "must have at least one stored version")];
  const left = new Map(stored.map((name, index) => [name, index]));
  const errors: FieldError[] = [];
  for (const version of versionsOf(crd)) {
    const name = textOf(version["name"]);
    if (!left.delete(name) && version["storage"] === true)
      errors.push(invalid(field, [...stored], `must have the storage version ${name}`));
  }
  for (const [name, index] of left)
    errors.push(
      invalid(
        `${field}[${index}]`,
        name,
        `missing from spec.versions; ${name} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${name} and removes ${name} from status.storedVersions`,
      ),
    );
  return errors;
};

const statusRules = (crd: LiveObject): readonly FieldError[] =>
  namesRules(fieldsOf(crd["status"])["acceptedNames"], "status.acceptedNames");

/** What the API server does to CustomResourceDefinitions (apiextensions.k8s.io/v1) themselves. */
export const crdStrategy: KindStrategy = {
  applyDefaults,
  prepareForCreate: (crd) => {
    crd["status"] = { conditions: null, acceptedNames: { ...nameless }, storedVersions: null };
    crd.metadata["generation"] = 1;
    rememberStorage(crd);
  },
  prepareForUpdate: (crd, old) => {
    crd["status"] = structuredClone(old["status"] ?? { conditions: null, acceptedNames: { ...nameless } });
    const generation = old.metadata["generation"];
    if (!deepEqual(crd["spec"], old["spec"]))
      crd.metadata["generation"] = (typeof generation === "number" ? generation : 0) + 1;
    rememberStorage(crd);
  },
  validateCreate: (crd) => {
    const spec = internalSpec(crd);
    return [
      ...nameRules(crd),
      ...specRules(spec),
      ...statusRules(crd),
      ...storedVersionRules(crd),
      ...validateApproval(crd),
      ...preserveRules(spec),
    ];
  },
  validateUpdate: (crd, old) => {
    const spec = internalSpec(crd);
    const before = internalSpec(old);
    return [
      ...specRules(spec),
      ...immutableRules(spec, before, isTrue(old, "Established")),
      ...statusRules(crd),
      ...storedVersionRules(crd),
      ...validateApproval(crd, old),
      ...(before.preserveUnknownFields ? [] : preserveRules(spec)),
    ];
  },
  warnings: formatWarnings,
  status: {
    // Metadata may be changed through this door too: the server means to keep it and does not.
    prepareForUpdate: (crd, old) => {
      crd["spec"] = structuredClone(old["spec"] ?? {});
    },
    validateUpdate: statusRules,
  },
  hasAnyFinalizer: true,
  resetFields: { main: [["status"]], status: [["spec"]] },
  allowCreateOnUpdate: false,
  allowUnconditionalUpdate: false,
};
