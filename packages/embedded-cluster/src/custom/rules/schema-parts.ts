import { isMap, type Value, type ValueMap } from "../../json.ts";

/** Schemas under a key of a schema: `properties`, `definitions`; by name, sorted. */
export const namedSchemas = (schema: ValueMap, key: string): readonly (readonly [string, ValueMap])[] => {
  const named = schema[key];
  return isMap(named)
    ? Object.keys(named)
        .toSorted()
        .map((name) => [name, schemaAt(named, name) ?? {}] as const)
    : [];
};

/** `allOf`, `anyOf`, `oneOf`. */
export const listedSchemas = (schema: ValueMap, key: string): readonly ValueMap[] => {
  const listed = schema[key];
  return Array.isArray(listed) ? listed.map((each) => (isMap(each) ? each : {})) : [];
};

export const schemaAt = (schema: ValueMap, key: string): ValueMap | undefined => {
  const value = schema[key];
  return isMap(value) ? value : undefined;
};

export const isOn = (schema: ValueMap, key: string): boolean => schema[key] === true;

const isEmpty = (value: Value): boolean =>
  value === "" || (Array.isArray(value) && value.length === 0) || (isMap(value) && Object.keys(value).length === 0);

/** Set in Go's sense: there, and not empty. */
export const isGiven = (schema: ValueMap, key: string): boolean => {
  const value = schema[key];
  return value !== undefined && value !== null && value !== false && !isEmpty(value);
};

/** All schemas within one, itself first, in the server's order but for maps, which are sorted. */
export const schemasWithin = (schema: ValueMap): readonly ValueMap[] => {
  const { items } = schema;
  const children = [
    ...(isMap(items) ? [items] : Array.isArray(items) ? items.filter(isMap) : []),
    ...["allOf", "anyOf", "oneOf"].flatMap((key) => listedSchemas(schema, key)),
    schemaAt(schema, "not"),
    ...namedSchemas(schema, "properties").map(([, each]) => each),
    schemaAt(schema, "additionalProperties"),
    ...namedSchemas(schema, "patternProperties").map(([, each]) => each),
    schemaAt(schema, "additionalItems"),
    ...namedSchemas(schema, "definitions").map(([, each]) => each),
    ...namedSchemas(schema, "dependencies").map(([, each]) => each),
  ];
  return [schema, ...children.filter((each) => each !== undefined).flatMap(schemasWithin)];
};
