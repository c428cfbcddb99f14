import { isMap, type Value } from "../json.ts";
import type { FieldError, FieldErrorType } from "../kinds/field-error.ts";
import type { CustomSchema, ValidationRule } from "./custom-schema.ts";
import { sortedCopy } from "./sorted-copy.ts";
import { sameJson } from "../equal.ts";

/** The one rule in CEL that is run here, for it is by far the commonest: what it stands at may not change. */
const isImmutability = ({ rule }: ValidationRule): boolean =>
  /^\s*(self\s*==\s*oldSelf|oldSelf\s*==\s*self)\s*$/.test(rule);

const types: Readonly<Record<string, FieldErrorType>> = {
  FieldValueForbidden: "FieldValueForbidden",
  FieldValueRequired: "FieldValueRequired",
  FieldValueDuplicate: "FieldValueDuplicate",
};

const violation = (rule: ValidationRule, schema: CustomSchema, value: Value, path: string): FieldError => {
  const isCompound = schema.types[0] === "object" || schema.types[0] === "array";
  const type = types[rule.reason] ?? "FieldValueInvalid";
  return {
    type,
    field: path === "" ? "<nil>" : path,
    detail:
      type === "FieldValueDuplicate" ? "" : rule.message === "" ? `failed rule: ${rule.rule.trim()}` : rule.message,
    ...(isCompound ? {} : { badValue: sortedCopy(value) }),
  };
};

/** An item without each of its keys, or with one that is no scalar, corresponds to nothing. */
const keyOf = (item: Value | undefined, keys: readonly string[]): string | undefined => {
  if (!isMap(item) || keys.length === 0) return undefined;
  const values = keys.map((key) => item[key]);
  if (values.some((value) => value === undefined || typeof value === "object")) return undefined;
  return JSON.stringify(values.map((value) => (typeof value === "bigint" ? Number(value) : value)));
};

/** The old item that an item of a map list corresponds to; in other lists none does. */
const itemOf = (item: Value | undefined, old: readonly Value[], schema: CustomSchema): Value | undefined => {
  const wanted = schema.listType === "map" ? keyOf(item, schema.mapKeys) : undefined;
  return wanted === undefined ? undefined : old.find((each) => keyOf(each, schema.mapKeys) === wanted);
};

/** What an update changed though a rule `self == oldSelf` stands at it. Only what has an old value is looked at. */
export const immutabilityFindings = (
  value: Value,
  old: Value | undefined,
  schema: CustomSchema,
  path = "",
): readonly FieldError[] => {
  if (value === null || old === null || old === undefined) return [];
  const own = sameJson(value, old)
    ? []
    : schema.rules.filter(isImmutability).map((rule) => violation(rule, schema, value, path));
  if (isMap(value) && isMap(old))
    return [
      ...own,
      ...Object.keys(value).flatMap((key) => {
        const property = schema.properties.get(key);
        const within = property ?? schema.additional?.schema;
        const at = property === undefined ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`;
        return within === undefined ? [] : immutabilityFindings(value[key] ?? null, old[key], within, at);
      }),
    ];
  const { items } = schema;
  if (!Array.isArray(value) || !Array.isArray(old) || items === undefined) return own;
  return [
    ...own,
    ...value.flatMap((item, index) =>
      immutabilityFindings(item, itemOf(item, old, schema), items, `${path}[${index}]`),
    ),
  ];
};
