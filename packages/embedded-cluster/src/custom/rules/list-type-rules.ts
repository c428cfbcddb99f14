import { type ValueMap } from "../../json.ts";
import { type FieldError, forbidden, invalid, required } from "../../kinds/field-error.ts";
import { itemsOf, textOf, textsOf } from "../../kinds/validation/read-value.ts";
import { isOn, schemaAt } from "./schema-parts.ts";

const listType = "x-kubernetes-list-type";
const mapKeys = "x-kubernetes-list-map-keys";
const mapType = "x-kubernetes-map-type";

/** The allowed values in the server's own order. */
const unsupported = (field: string, value: string, allowed: readonly string[]): FieldError => ({
  type: "FieldValueNotSupported",
  field,
  badValue: value,
  detail: `supported values: ${allowed.map((each) => JSON.stringify(each)).join(", ")}`,
});

const mustBe = (type: string, wanted: string, key: string, field: string): FieldError => {
  const text = `must be ${wanted} if ${key} is specified`;
  return type === "" ? required(field, text) : invalid(field, type, text);
};

/** Rules of x-kubernetes-map-type, -list-type and -list-map-keys. */
export const listTypeRules = (schema: ValueMap, path: string): readonly FieldError[] => {
  const type = textOf(schema["type"]);
  const map = schema[mapType];
  const list = schema[listType];
  const errors: FieldError[] = [];
  if (typeof map === "string") {
    if (type !== "object") errors.push(mustBe(type, "object", mapType, `${path}.type`));
    if (!["atomic", "granular"].includes(map))
      errors.push(unsupported(`${path}.${mapType}`, map, ["atomic", "granular"]));
  }
  if (typeof list === "string") {
    if (type !== "array") errors.push(mustBe(type, "array", listType, `${path}.type`));
    else if (list === "set") errors.push(...setItemRules(schema, path));
    if (!["atomic", "set", "map"].includes(list))
      errors.push(unsupported(`${path}.${listType}`, list, ["atomic", "set", "map"]));
  }
  return [...errors, ...keyRules(schema, path), ...requiredKeyRules(schema, path)];
};

/** Items of a set have one owner each. */
const setItemRules = (schema: ValueMap, path: string): readonly FieldError[] => {
  const items = schemaAt(schema, "items");
  const text = `must be atomic as item of a list with ${listType}=set`;
  const own = items?.[listType] ?? null;
  if (items?.["type"] === "array" && own !== null && own !== "atomic")
    return [invalid(`${path}.items.${listType}`, own, text)];
  return items?.["type"] === "object" && items[mapType] !== "atomic"
    ? [invalid(`${path}.items.${mapType}`, own, text)]
    : [];
};

const keyRules = (schema: ValueMap, path: string): readonly FieldError[] => {
  const list = schema[listType];
  const keys = textsOf(schema[mapKeys]);
  const errors: FieldError[] = [];
  if (keys.length > 0 && list !== "map") {
    const text = `must be map if ${mapKeys} is non-empty`;
    errors.push(
      typeof list === "string" ? invalid(`${path}.${listType}`, list, text) : required(`${path}.${listType}`, text),
    );
  }
  if (list !== "map") return errors;
  if (keys.length === 0) errors.push(required(`${path}.${mapKeys}`, `must not be empty if ${listType} is map`));
  const items = schemaAt(schema, "items");
  if (schema["items"] === undefined) errors.push(required(`${path}.items`, `must have a schema if ${listType} is map`));
  if (items === undefined) return errors;
  const itemType = textOf(items["type"]);
  if (itemType !== "object")
    errors.push(invalid(`${path}.items.type`, itemType, `must be object if parent array's ${listType} is map`));
  else errors.push(...namedKeyRules(items, keys, path));
  return errors;
};

const namedKeyRules = (items: ValueMap, keys: readonly string[], path: string): readonly FieldError[] => {
  const properties = schemaAt(items, "properties") ?? {};
  return keys.flatMap((key, index) => {
    const property = schemaAt(properties, key);
    const errors: FieldError[] = [];
    if (property === undefined)
      errors.push(invalid(`${path}.${mapKeys}`, [...keys], "entries must all be names of item properties"));
    else if (property["type"] === "array" || property["type"] === "object")
      errors.push(
        invalid(
          `${path}.items.properties[${key}].type`,
          "object",
          `must be a scalar type if parent array's ${listType} is map`,
        ),
      );
    if (keys.indexOf(key) !== index)
      errors.push(invalid(`${path}.${mapKeys}`, [...keys], "must not contain duplicate entries"));
    return errors;
  });
};

/** Keys must always be there, and neither they nor the items may be null. */
const requiredKeyRules = (schema: ValueMap, path: string): readonly FieldError[] => {
  const items = schemaAt(schema, "items");
  const list = schema[listType];
  if (items === undefined || (list !== "set" && list !== "map")) return [];
  const errors: FieldError[] = isOn(items, "nullable")
    ? [forbidden(`${path}.items.nullable`, `cannot be nullable when ${listType} is ${list}`)]
    : [];
  if (list === "set") return errors;
  const always = new Set(itemsOf(items["required"]));
  for (const key of textsOf(schema[mapKeys])) {
    const property = schemaAt(schemaAt(items, "properties") ?? {}, key);
    if (property === undefined) continue;
    const at = `${path}.items.properties[${key}]`;
    const subject = `this property is in ${mapKeys}, so it`;
    if (!always.has(key) && property["default"] === undefined)
      errors.push(required(`${at}.default`, `${subject} must have a default or be a required property`));
    if (isOn(property, "nullable")) errors.push(forbidden(`${at}.nullable`, `${subject} cannot be nullable`));
  }
  return errors;
};
