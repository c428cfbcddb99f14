import { isMap, type Value, type ValueMap } from "../json.ts";
import { type FieldError, invalid, notSupported, required } from "../kinds/field-error.ts";
import type { CustomSchema } from "./custom-schema.ts";
import { matchesPattern } from "./pattern.ts";
import { isIntegral, kindOfValue } from "./value-kind.ts";
import { sameJson } from "../equal.ts";

/** A root has no name: the server prints `<nil>`. */
const at = (path: string): string => (path === "" ? "<nil>" : path);
const broken = (path: string, value: Value, rule: string): FieldError =>
  invalid(at(path), value, `${path} in body ${rule}`);

/** The format that go-openapi infers for a Go value of the kind. */
const FORMATS: Readonly<Record<string, string>> = { integer: "int64", number: "float64" };

const wrongType = (path: string, expected: string, found: string): FieldError => ({
  type: "FieldValueTypeInvalid",
  field: at(path),
  badValue: found,
  detail: `${path} in body must be of type ${expected}: "${found}"`,
});

const validateType = (value: Value, { format, nullable, types }: CustomSchema, path: string): readonly FieldError[] => {
  const kind = kindOfValue(value);
  if (types.length === 0 || types.includes(kind)) return [];
  if (kind === "null") return nullable ? [] : [wrongType(path, types.join(","), kind)];
  if (kind === "integer" && types.includes("number")) return [];
  if (kind === "number" && types.includes("integer") && isIntegral(Number(value))) return [];
  const isTextual = kind === "string" || kind === "array";
  return isTextual || format === "" || FORMATS[kind] === format
    ? [wrongType(path, types.join(","), kind)]
    : [wrongType(path, format, FORMATS[kind] ?? kind)];
};

const validateText = (text: string, { limits }: CustomSchema, path: string): readonly FieldError[] => {
  const { maxLength, minLength, pattern } = limits;
  const length = Array.from(text).length;
  if (maxLength !== undefined && length > maxLength) {
    const detail = `may not be more than ${maxLength} byte${maxLength === 1 ? "" : "s"}`;
    return [{ type: "FieldValueTooLong", field: at(path), detail }];
  }
  if (minLength !== undefined && length < minLength)
    return [broken(path, text, `should be at least ${minLength} chars long`)];
  if (pattern !== undefined && !matchesPattern(text, pattern)) return [broken(path, text, `should match '${pattern}'`)];
  return [];
};

const validateNumber = (value: number | bigint, { limits }: CustomSchema, path: string): readonly FieldError[] => [
  ...(limits.minimum !== undefined && value < limits.minimum
    ? [broken(path, value, `should be greater than or equal to ${limits.minimum}`)]
    : []),
  ...(limits.maximum !== undefined && value > limits.maximum
    ? [broken(path, value, `should be less than or equal to ${limits.maximum}`)]
    : []),
];

const tooMany = (path: string, count: number, limit: number): FieldError => ({
  type: "FieldValueTooMany",
  field: at(path),
  badValue: count,
  detail: `must have at most ${limit} item${limit === 1 ? "" : "s"}`,
});

const validateList = (list: readonly Value[], { items, limits }: CustomSchema, path: string): readonly FieldError[] => [
  ...(items === undefined ? [] : list.flatMap((item, index) => validateValue(item, items, `${path}[${index}]`))),
  ...(limits.minItems !== undefined && list.length < limits.minItems
    ? [broken(path, list.length, `should have at least ${limits.minItems} items`)]
    : []),
  ...(limits.maxItems !== undefined && list.length > limits.maxItems
    ? [tooMany(path, list.length, limits.maxItems)]
    : []),
];

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
  const told = (allowed: Value): string => (typeof allowed === "string" ? allowed : JSON.stringify(allowed));
  return [notSupported(at(path), value, enumeration.map(told))];
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
