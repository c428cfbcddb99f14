import { type Value, type ValueMap } from "../../json.ts";
import { type FieldError, forbidden, invalid } from "../../kinds/field-error.ts";
import { textOf } from "../../kinds/validation/read-value.ts";
import { isOn, schemaAt } from "./schema-parts.ts";
import type { Level } from "./structural-rules.ts";

/** At the root, metadata may restrict name and generateName, and nothing else. */
const restrictsMore = (metadata: ValueMap): boolean => {
  const properties = schemaAt(metadata, "properties") ?? {};
  const names = Object.keys(properties);
  const allowed = names.length > 0 && names.every((name) => name === "name" || name === "generateName");
  const ignored = new Set(["type", "default", ...(allowed ? ["properties"] : [])]);
  const isSet = (value: Value | undefined): boolean =>
    value !== undefined && value !== null && value !== false && value !== "" && JSON.stringify(value) !== "{}";
  return Object.keys(metadata).some((key) => !ignored.has(key) && isSet(metadata[key]));
};

/** What a schema may say of kind, apiVersion and metadata where it describes a resource. */
export const metadataRules = (schema: ValueMap, level: Level, path: string): readonly FieldError[] => {
  const properties = schemaAt(schema, "properties") ?? {};
  const isResource = level === "root" || isOn(schema, "x-kubernetes-embedded-resource");
  const errors: FieldError[] = [];
  if (isResource)
    for (const name of ["kind", "apiVersion"]) {
      const property = schemaAt(properties, name);
      const type = textOf(property?.["type"]);
      if (property !== undefined && type !== "string")
        errors.push(invalid(`${path}.properties[${name}].type`, type, "must be string"));
    }
  const metadata = schemaAt(properties, "metadata");
  if (metadata === undefined) return errors;
  const at = `${path}.properties[metadata]`;
  const type = textOf(metadata["type"]);
  if (isResource && type !== "object") errors.push(invalid(`${at}.type`, type, "must be object"));
  if (level === "root" && restrictsMore(metadata))
    errors.push(
      forbidden(at, "must not specify anything other than name and generateName, but metadata is implicitly specified"),
    );
  return errors;
};
