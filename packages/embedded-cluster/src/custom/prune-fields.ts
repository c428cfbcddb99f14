import { isMap, type Value } from "../json.ts";
import type { CustomSchema } from "./custom-schema.ts";

const resourceFields: ReadonlySet<string> = new Set(["apiVersion", "kind", "metadata"]);

/** `.a`, `[0]` behind what is there already. */
const child = (path: string, key: string): string => (path === "" ? key : `${path}.${key}`);

/**
 * Removes, in place, the fields that the schema does not have, and returns their paths, sorted (apiextensions `pruning`).
 * `schema` of the root must be marked embedded; undefined prunes all fields of objects.
 */
export const pruneFields = (value: Value, schema: CustomSchema | undefined): readonly string[] => {
  const unknown: string[] = [];
  prune(value, schema, "", unknown);
  return unknown.toSorted();
};

const prune = (value: Value, schema: CustomSchema | undefined, path: string, unknown: string[]): void => {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      const at = `${path}[${index}]`;
      if (schema?.preserveUnknown !== true) prune(item, schema?.items, at, unknown);
      else if (schema.items !== undefined) pruneWithin(item, schema.items, at, unknown);
    }
    return;
  }
  if (!isMap(value)) return;
  for (const key of Object.keys(value)) {
    if (schema?.embedded === true && resourceFields.has(key)) continue;
    const member = value[key] as Value;
    const property = schema?.properties.get(key);
    if (property !== undefined) prune(member, property, child(path, key), unknown);
    else if (schema?.additional !== undefined) prune(member, schema.additional.schema, child(path, key), unknown);
    else if (schema?.preserveUnknown !== true) {
      if (!resourceFields.has(key) || path !== "") unknown.push(child(path, key));
      delete value[key];
    }
  }
};

/** Below a list that preserves unknown fields its items do so too, whatever they say themselves. */
const pruneWithin = (value: Value, schema: CustomSchema, path: string, unknown: string[]): void =>
  prune(value, { ...schema, preserveUnknown: true }, path, unknown);
