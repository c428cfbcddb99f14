import { copyOf, isMap, type Value } from "../json.ts";
import { type CustomSchema, fieldSchema } from "./custom-schema.ts";

/** Removes, in place, members that are null though their schema is not nullable, unless a default will replace them. */
export const dropNulls = (value: Value, schema: CustomSchema | undefined): void => {
  if (Array.isArray(value)) {
    for (const item of value) dropNulls(item, schema?.items);
    return;
  }
  if (!isMap(value)) return;
  for (const key of Object.keys(value)) {
    const within = fieldSchema(schema, key);
    const member = value[key] as Value;
    if (member === null && within !== undefined && !within.nullable && within.default === undefined) delete value[key];
    else dropNulls(member, within);
  }
};

const isRefusedNull = (value: Value | undefined, schema: CustomSchema): boolean => value === null && !schema.nullable;

/** Fills, in place, what is absent (or null where null is not allowed) with the schema's defaults, level by level. */
export const applySchemaDefaults = (value: Value, schema: CustomSchema | undefined): void => {
  if (schema === undefined) return;
  if (Array.isArray(value)) {
    const items = schema.items;
    if (items === undefined) return;
    for (const [index, item] of value.entries()) {
      if (isRefusedNull(item, items)) value[index] = copyOf(items.default ?? null);
      applySchemaDefaults(value[index] ?? null, items);
    }
    return;
  }
  if (!isMap(value)) return;
  for (const [key, property] of schema.properties) {
    if (property.default === undefined) continue;
    if (value[key] === undefined || isRefusedNull(value[key], property)) value[key] = copyOf(property.default);
  }
  for (const key of Object.keys(value)) {
    const property = schema.properties.get(key);
    if (property !== undefined) {
      applySchemaDefaults(value[key] ?? null, property);
      continue;
    }
    const additional = schema.additional?.schema;
    if (additional === undefined) continue;
    if (isRefusedNull(value[key], additional)) value[key] = copyOf(additional.default ?? null);
    applySchemaDefaults(value[key] ?? null, additional);
  }
};
