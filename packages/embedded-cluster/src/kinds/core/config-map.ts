import { isDeepStrictEqual } from "node:util";

import { forgetEmpty, isMap, type LiveObject } from "../../json.ts";
import { cameEmpty, hasCameEmpty } from "../../schema/came-empty.ts";
import { type FieldError, forbidden, invalid, tooLongBytes } from "../field-error.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import { validateCoreObjectMeta, validateCoreObjectMetaUpdate } from "../validation/core-object-meta.ts";
import { stringEntries } from "../validation/labels.ts";
import { byteLength } from "../validation/name-texts.ts";
import { configMapKey, nameIsDnsSubdomain } from "../validation/names.ts";
import { bytesIn, emptyBytes, hasNilBytes } from "./bytes.ts";

/** Of all values of a ConfigMap or Secret together. */
export const DATA_LIMIT = 1024 * 1024;

const validate = (object: LiveObject): readonly FieldError[] => {
  const errors = [...validateCoreObjectMeta(object, true, nameIsDnsSubdomain)];
  const binaryData = object["binaryData"];
  let size = 0;
  for (const [key, value] of stringEntries(object["data"])) {
    errors.push(...configMapKey(key).map((text) => invalid(`data[${key}]`, key, text)));
    if (isMap(binaryData) && Object.hasOwn(binaryData, key))
      errors.push(invalid(`data[${key}]`, key, "duplicate of key present in binaryData"));
    size += byteLength(value);
  }
  for (const [key, value] of stringEntries(binaryData)) {
    errors.push(...configMapKey(key).map((text) => invalid(`binaryData[${key}]`, key, text)));
    size += bytesIn(value);
  }
  if (size > DATA_LIMIT) errors.push(tooLongBytes("", DATA_LIMIT));
  return errors;
};

/** What may not change once `immutable` is true. `filled`: defaults make an empty map of none, so there the two are the same. */
export const validateImmutable = (
  object: LiveObject,
  old: LiveObject,
  fields: readonly string[],
  filled: readonly string[] = [],
): readonly FieldError[] => {
  if (old["immutable"] !== true) return [];
  // By reflect.DeepEqual: an empty map is not none.
  const changed = fields.filter(
    (field) =>
      (cameEmpty(object, field) && !filled.includes(field)) ||
      hasCameEmpty(object[field] ?? {}) ||
      !isDeepStrictEqual(object[field] ?? {}, old[field] ?? {}),
  );
  return [...(object["immutable"] === true ? [] : ["immutable"]), ...changed].map((field) =>
    forbidden(field, "field is immutable when `immutable` is set"),
  );
};

export const configMap: KindStrategy = {
  readsOtherwise: (object) => hasNilBytes(object["binaryData"]),
  validatesMetadata: true,
  applyDefaults: (object) => {
    emptyBytes(object["binaryData"]);
    forgetEmpty(object, "data"); // no data is made an empty map
  },
  validateCreate: validate,
  validateUpdate: (object, old) => [
    ...validateCoreObjectMetaUpdate(object, old),
    ...validateImmutable(object, old, ["data", "binaryData"], ["data"]),
    ...validate(object),
  ],
};
