import { isMap, type LiveObject, type Value, type ValueMap } from "../../json.ts";
import { duplicate, type FieldError, forbidden, invalid, ofNamedType, required } from "../field-error.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import { validateCoreObjectMeta } from "../validation/core-object-meta.ts";
import { nameIsDnsSubdomain, qualifiedNameRule } from "../validation/names.ts";
import { fieldsOf, hasEntries, structsOf, textOf } from "../validation/read-value.ts";
import { roundResourceList } from "../validation/resource-list.ts";
import { validateContainerResourceName, validateResourceName } from "../validation/resource-names.ts";
import { validateAmounts } from "./limit-range-amounts.ts";

const types = ["Pod", "Container", "PersistentVolumeClaim"];

const validateType = (type: string, field: string): readonly FieldError[] => {
  const errors = qualifiedNameRule(type).map((text) => ofNamedType(invalid(field, type, text)));
  return errors.length > 0 || type.includes("/") || types.includes(type)
    ? errors
    : [ofNamedType(invalid(field, type, "must be a standard limit type or fully qualified"))];
};

const validateNames = (amounts: Value | undefined, type: string, field: string): readonly FieldError[] =>
  Object.keys(fieldsOf(amounts))
    .toSorted()
    .flatMap((name) =>
      (type === "Pod" || type === "Container" ? validateContainerResourceName : validateResourceName)(
        name,
        `${field}[${name}]`,
      ),
    );

const validateDefaults = (limit: ValueMap, type: string, field: string): readonly FieldError[] =>
  ["default", "defaultRequest"].flatMap((key) => {
    if (type !== "Pod") return validateNames(limit[key], type, `${field}.${key}`);
    return hasEntries(limit[key]) ? [forbidden(`${field}.${key}`, "may not be specified when `type` is 'Pod'")] : [];
  });

const validateStorage = (limit: ValueMap, type: string, field: string): readonly FieldError[] =>
  type === "PersistentVolumeClaim" && !["min", "max"].some((key) => Object.hasOwn(fieldsOf(limit[key]), "storage"))
    ? [required(`${field}.limits`, "either minimum or maximum storage value is required, but neither was provided")]
    : [];

const validate = (object: LiveObject): readonly FieldError[] => {
  const errors = [...validateCoreObjectMeta(object, true, nameIsDnsSubdomain)];
  const seen = new Set<string>();
  for (const [index, limit] of structsOf(fieldsOf(object["spec"])["limits"]).entries()) {
    const at = `spec.limits[${index}]`;
    const type = textOf(limit["type"]);
    errors.push(...validateType(type, `${at}.type`));
    if (seen.has(type)) errors.push(ofNamedType(duplicate(`${at}.type`, type)));
    seen.add(type);
    errors.push(
      ...validateNames(limit["max"], type, `${at}.max`),
      ...validateNames(limit["min"], type, `${at}.min`),
      ...validateDefaults(limit, type, at),
      ...validateStorage(limit, type, at),
      ...validateNames(limit["maxLimitRequestRatio"], type, `${at}.maxLimitRequestRatio`),
      ...validateAmounts(limit, at),
    );
  }
  return errors;
};

/** Adds the entries of `from` that `to` does not have. */
const fill = (to: ValueMap, from: Value | undefined): void => {
  for (const [name, amount] of Object.entries(fieldsOf(from))) if (!Object.hasOwn(to, name)) to[name] = amount;
};

const defaultLimit = (limit: ValueMap): void => {
  if (limit["type"] === "Container") {
    const defaults = isMap(limit["default"]) ? limit["default"] : {};
    const requests = isMap(limit["defaultRequest"]) ? limit["defaultRequest"] : {};
    fill(defaults, limit["max"]);
    fill(requests, defaults);
    fill(requests, limit["min"]);
    if (hasEntries(defaults)) limit["default"] = defaults;
    if (hasEntries(requests)) limit["defaultRequest"] = requests;
  }
  for (const key of ["max", "min", "default", "defaultRequest", "maxLimitRequestRatio"]) roundResourceList(limit[key]);
};

export const limitRange: KindStrategy = {
  validatesMetadata: true,
  applyDefaults: (object) => {
    const { spec } = object;
    if (!isMap(spec)) return;
    for (const limit of structsOf(spec["limits"])) defaultLimit(limit);
  },
  validateCreate: validate,
  validateUpdate: validate,
  allowCreateOnUpdate: true,
};
