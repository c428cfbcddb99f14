import { isMap, type Value, type ValueMap } from "../json.ts";
import { duplicate, type FieldError, invalid } from "../kinds/field-error.ts";
import { type CustomSchema } from "./custom-schema.ts";
import { sortedCopy } from "./sorted-copy.ts";

/** Lists of type set and map whose items or keys are not unique (apiextensions `listtype`), in the order of the object's fields. */
export const validateListInvariants = (object: ValueMap, schema: CustomSchema, path = ""): readonly FieldError[] => {
  const errors: FieldError[] = [];
  for (const key of Object.keys(object)) {
    const value = object[key] ?? null;
    const additional = schema.additional?.schema;
    if (additional !== undefined) errors.push(...validateWithin(value, additional, `${path}[${key}]`));
    const property = schema.properties.get(key);
    if (property !== undefined) errors.push(...validateWithin(value, property, path === "" ? key : `${path}.${key}`));
  }
  return errors;
};

const validateWithin = (value: Value, schema: CustomSchema, path: string): readonly FieldError[] => {
  if (isMap(value)) return validateListInvariants(value, schema, path);
  return Array.isArray(value) ? validateItems(value, schema, path) : [];
};

const validateItems = (items: readonly Value[], schema: CustomSchema, path: string): readonly FieldError[] => {
  const own =
    schema.listType === "set"
      ? repeated(items).map((index) => duplicate(`${path}[${index}]`, sortedCopy(items[index] ?? null)))
      : schema.listType === "map"
        ? validateKeys(items, schema.mapKeys, path)
        : [];
  const within = schema.items;
  if (within === undefined) return own;
  return [...own, ...items.flatMap((item, index) => validateWithin(item, within, `${path}[${index}]`))];
};

/** Each value that occurs again is told once, at its second place. */
const repeated = (values: readonly Value[]): readonly number[] => {
  const seen = new Map<string, number>();
  const found: number[] = [];
  for (const [index, value] of values.entries()) {
    const text = identity(value);
    const times = seen.get(text) ?? 0;
    if (times === 1) found.push(index);
    seen.set(text, times + 1);
  }
  return found;
};

const identity = (value: Value): string =>
  typeof value === "bigint"
    ? value.toString()
    : JSON.stringify(sortedCopy(value), (_key, member: unknown) =>
        typeof member === "bigint" ? member.toString() : member,
      );

const validateKeys = (items: readonly Value[], keys: readonly string[], path: string): readonly FieldError[] => {
  for (const [index, item] of items.entries())
    if (item !== null && !isMap(item))
      return [invalid(`${path}[${index}]`, sortedCopy(item), "must be an object for an array of list-type map")];
  const named = items.map((item) => {
    const name: ValueMap = {};
    if (isMap(item)) for (const key of keys.toSorted()) if (item[key] !== undefined) name[key] = sortedCopy(item[key]);
    return name;
  });
  return repeated(named).map((index) => duplicate(`${path}[${index}]`, named[index] ?? {}));
};
