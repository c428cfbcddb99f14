import { isMap, type Value, type ValueMap } from "../json.ts";
import { type FieldError, invalid, notSupported, required, tooLong } from "../kinds/field-error.ts";
import type { CustomSchema } from "./custom-schema.ts";
import { matchesPattern } from "./pattern.ts";
import { kindOfValue } from "./value-kind.ts";
import { sameJson } from "../equal.ts";

/** A root has no name: the server prints `<nil>`. */
const at = (path: string): string => (path === "" ? "<nil>" : path);
const broken = (path: string, value: Value, rule: string): FieldError =>
  invalid(at(path), value, `${path} in body ${rule}`);

const validateType = (value: Value, { nullable, types }: CustomSchema, path: string): readonly FieldError[] => {
  const kind = kindOfValue(value);
  const isAllowed =
    types.length === 0 ||
    types.includes(kind) ||
    (kind === "null" && nullable) ||
    (kind === "integer" && types.includes("number")) ||
    (kind === "number" && types.includes("integer") && Number.isInteger(value));
  const detail = `${path} in body must be of type ${types.join(",")}: "${kind}"`;
  return isAllowed ? [] : [{ type: "FieldValueTypeInvalid", field: at(path), badValue: kind, detail }];
};

const validateText = (text: string, { limits }: CustomSchema, path: string): readonly FieldError[] => {
  const { maxLength = Infinity, minLength = 0, pattern } = limits;
  const length = Array.from(text).length;
  if (length > maxLength) return [tooLong(at(path), `may not be more than ${maxLength} bytes`)];
  if (length < minLength) return [broken(path, text, `should be at least ${minLength} chars long`)];
  return pattern === undefined || matchesPattern(text, pattern)
    ? []
    : [broken(path, text, `should match '${pattern}'`)];
};

const validateNumber = (value: number | bigint, { limits }: CustomSchema, path: string): readonly FieldError[] => {
  const { maximum = Infinity, minimum = -Infinity } = limits;
  if (value < minimum) return [broken(path, value, `should be greater than or equal to ${minimum}`)];
  return value > maximum ? [broken(path, value, `should be less than or equal to ${maximum}`)] : [];
};

const validateList = (list: readonly Value[], { items, limits }: CustomSchema, path: string): readonly FieldError[] => {
  const { maxItems = Infinity, minItems = 0 } = limits;
  const count = { field: at(path), badValue: list.length };
  return [
    ...(items === undefined ? [] : list.flatMap((item, index) => validateValue(item, items, `${path}[${index}]`))),
    ...(list.length < minItems ? [broken(path, list.length, `should have at least ${minItems} items`)] : []),
    ...(list.length > maxItems
      ? [{ ...count, type: "FieldValueTooMany", detail: `must have at most ${maxItems} items` } as const]
      : []),
  ];
};

const validateObject = (object: ValueMap, schema: CustomSchema, path: string): readonly FieldError[] => {
  const { properties } = schema;
  const additional = schema.additional?.schema;
  const below = (name: string): string => (path === "" ? name : `${path}.${name}`);
  return [
    ...Object.keys(object)
      .toSorted()
      .flatMap((key) =>
        properties.has(key) || additional === undefined
          ? []
          : validateValue(object[key] ?? null, additional, `${path}.${key}`),
      ),
    ...[...properties].flatMap(([name, property]) =>
      name in object ? validateValue(object[name] ?? null, property, below(name)) : [],
    ),
    ...schema.required.filter((name) => !(name in object)).map((name) => required(below(name))),
  ];
};

/** The allowed values in the schema's order. */
const validateEnum = (value: Value, { enumeration }: CustomSchema, path: string): readonly FieldError[] => {
  if (enumeration.length === 0 || (value !== null && enumeration.some((allowed) => sameJson(value, allowed))))
    return [];
  return [notSupported(at(path), value, enumeration)];
};

/** What a schema says of type, required fields, allowed values, bounds, lengths and patterns, in kube-openapi's words. `path` is "" at the root. */
export const validateValue = (value: Value, schema: CustomSchema, path: string): readonly FieldError[] => [
  ...validateType(value, schema, path),
  ...(typeof value === "string" ? validateText(value, schema, path) : []),
  ...(typeof value === "number" || typeof value === "bigint" ? validateNumber(value, schema, path) : []),
  ...(Array.isArray(value) ? validateList(value, schema, path) : []),
  ...validateEnum(value, schema, path),
  ...(isMap(value) ? validateObject(value, schema, path) : []),
];
