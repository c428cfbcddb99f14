import { sameJson } from "../../equal.ts";
import { forgetEmpty, type LiveObject } from "../../json.ts";
import { cameEmpty, hasCameEmpty } from "../../schema/came-empty.ts";
import { type FieldError, forbidden } from "../field-error.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import { emptyBytes, hasNilBytes } from "./bytes.ts";

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
      !sameJson(object[field] ?? {}, old[field] ?? {}),
  );
  return [...(object["immutable"] === true ? [] : ["immutable"]), ...changed].map((field) =>
    forbidden(field, "field is immutable when `immutable` is set"),
  );
};

export const configMap: KindStrategy = {
  readsOtherwise: (object) => hasNilBytes(object["binaryData"]),
  applyDefaults: (object) => {
    emptyBytes(object["binaryData"]);
    forgetEmpty(object, "data"); // no data is made an empty map
  },
  validateUpdate: (object, old) => validateImmutable(object, old, ["data", "binaryData"], ["data"]),
};
