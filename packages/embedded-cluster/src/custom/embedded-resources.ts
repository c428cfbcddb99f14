import { isMap, type LiveObject, type Value, type ValueMap } from "../json.ts";
import { type FieldError, invalid, required } from "../kinds/field-error.ts";
import { dns1035Label, pathSegment } from "../kinds/validation/names.ts";
import { validateObjectMeta } from "../kinds/validation/object-meta.ts";
import { type CustomSchema } from "./custom-schema.ts";

/** What is wrong with kind, apiVersion and metadata of resources embedded in a custom resource (apiextensions `objectmeta`). */
export const validateEmbeddedResources = (value: Value, schema: CustomSchema, path = ""): readonly FieldError[] => {
  if (Array.isArray(value)) {
    const items = schema.items;
    return items === undefined
      ? []
      : value.flatMap((item, index) => validateEmbeddedResources(item, items, `${path}[${index}]`));
  }
  if (!isMap(value)) return [];
  const errors = schema.embedded ? [...validateResource(value, path)] : [];
  for (const key of Object.keys(value)) {
    const property = schema.properties.get(key);
    const within = property ?? schema.additional?.schema;
    if (within === undefined) continue;
    const at = property === undefined ? `${path}[${key}]` : child(path, key);
    errors.push(...validateEmbeddedResources(value[key] ?? null, within, at));
  }
  return errors;
};

const child = (path: string, key: string): string => (path === "" ? key : `${path}.${key}`);

const validateResource = (resource: ValueMap, path: string): readonly FieldError[] => {
  const errors: FieldError[] = [];
  for (const key of ["apiVersion", "kind"] as const)
    if (resource[key] === undefined) errors.push(required(child(path, key)));
  for (const key of Object.keys(resource)) {
    const at = child(path, key);
    if (key === "apiVersion") errors.push(...validateApiVersion(resource[key] ?? null, at));
    if (key === "kind") errors.push(...validateKind(resource[key] ?? null, at));
    if (key === "metadata") errors.push(...validateMetadata(resource, at));
  }
  return errors;
};

const validateApiVersion = (value: Value, field: string): readonly FieldError[] => {
  if (typeof value !== "string") return [invalid(field, value, "must be a string")];
  if (value === "") return [invalid(field, value, "must not be empty")];
  return value.split("/").length > 2 ? [invalid(field, value, `unexpected GroupVersion string: ${value}`)] : [];
};

const validateKind = (value: Value, field: string): readonly FieldError[] => {
  if (typeof value !== "string") return [invalid(field, value, "must be a string")];
  if (value === "") return [invalid(field, value, "must not be empty")];
  const texts = dns1035Label(value.toLowerCase());
  return texts.length === 0
    ? []
    : [invalid(field, value, `may have mixed case, but should otherwise match: ${texts.join(",")}`)];
};

/** A name is not asked for; a namespace may be there or not. */
const validateMetadata = (resource: ValueMap, field: string): readonly FieldError[] => {
  const metadata = isMap(resource["metadata"]) ? resource["metadata"] : {};
  const name = typeof metadata["name"] === "string" && metadata["name"] !== "" ? metadata["name"] : "fakename";
  const namespaced = typeof metadata["namespace"] === "string" && metadata["namespace"] !== "";
  const stand: LiveObject = { apiVersion: "", kind: "", metadata: { ...metadata, name } };
  return validateObjectMeta(stand, namespaced, pathSegment, field);
};
