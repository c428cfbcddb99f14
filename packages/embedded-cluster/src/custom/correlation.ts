import { isMap, type Value } from "../json.ts";
import { type CustomSchema, fieldSchema } from "./custom-schema.ts";
import { deepEqual } from "./deep-equal.ts";

/** A value of an update beside the old value that it corresponds to: fields by name, items of map lists by their keys. */
export interface Correlation {
  key(field: string): Correlation | undefined;
  index(index: number): Correlation | undefined;
  unchanged(): boolean;
}

/** An item without each of its keys, or with one that is no scalar, corresponds to nothing. */
const keyOf = (item: Value | undefined, keys: readonly string[]): string | undefined => {
  if (!isMap(item) || keys.length === 0) return undefined;
  const values = keys.map((key) => item[key]);
  if (values.some((value) => value === undefined || typeof value === "object")) return undefined;
  return JSON.stringify(values.map((value) => (typeof value === "bigint" ? Number(value) : value)));
};

/** The old item that an item of a map list corresponds to; in other lists none does. */
export const itemOf = (item: Value | undefined, old: readonly Value[], schema: CustomSchema): Value | undefined => {
  const wanted = schema.listType === "map" ? keyOf(item, schema.mapKeys) : undefined;
  return wanted === undefined ? undefined : old.find((each) => keyOf(each, schema.mapKeys) === wanted);
};

export const correlate = (value: Value, old: Value, schema: CustomSchema | undefined): Correlation => ({
  key: (field) => {
    const within = fieldSchema(schema, field);
    if (within === undefined || !isMap(value) || !isMap(old)) return undefined;
    const [next, before] = [value[field], old[field]];
    return next === undefined || before === undefined ? undefined : correlate(next, before, within);
  },
  index: (index) => {
    if (schema?.items === undefined || !Array.isArray(value) || !Array.isArray(old)) return undefined;
    const before = itemOf(value[index], old, schema);
    return before === undefined ? undefined : correlate(value[index] as Value, before, schema.items);
  },
  unchanged: () => sameAs(value, old, schema),
});

/** Items of a map list are compared by key, so that order does not count; all else as it is. Fields without a schema do not correlate, which is a change. */
const sameAs = (value: Value, old: Value, schema: CustomSchema | undefined): boolean => {
  if (isMap(value) && isMap(old)) {
    const keys = Object.keys(value);
    if (keys.length !== Object.keys(old).length) return false;
    return keys.every((key) => correlate(value, old, schema).key(key)?.unchanged() ?? false);
  }
  if (Array.isArray(value) && Array.isArray(old) && schema?.listType === "map") {
    if (value.length !== old.length) return false;
    return value.every((_item, index) => correlate(value, old, schema).index(index)?.unchanged() ?? false);
  }
  return deepEqual(value, old);
};
