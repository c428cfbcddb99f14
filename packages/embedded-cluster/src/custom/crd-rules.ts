import { isMap, type LiveObject, type ValueMap } from "../json.ts";
import { type FieldError, invalid, required } from "../kinds/field-error.ts";
import { isTrue, schemaOf, specOf, versionsOf } from "./crd-document.ts";
import { compileSchema } from "./custom-schema.ts";
import { validateValue } from "./validate-value.ts";
import { mapAt, mapsAt, textAt, textOf } from "../reading.ts";

const isUntyped = (schema: ValueMap): boolean =>
  schema["x-kubernetes-int-or-string"] === true || schema["x-kubernetes-preserve-unknown-fields"] === true;

/** Without these no object could be pruned, defaulted or merged by the schema: every node has a type, a keyed list has keys, a default fits. */
const schemaRules = (schema: ValueMap, path: string): readonly FieldError[] => {
  const { items } = schema;
  const within: readonly (readonly [string, unknown])[] = [
    ...Object.entries(mapAt(schema, "properties") ?? {}).map(
      ([name, value]) => [`${path}.properties[${name}]`, value] as const,
    ),
    [`${path}.items`, items],
    [`${path}.additionalProperties`, schema["additionalProperties"]],
  ];
  const isKeyed = schema["x-kubernetes-list-type"] === "map";
  const standard = schema["default"] ?? null;
  return [
    ...(textAt(schema, "type") === "" && !isUntyped(schema)
      ? [required(`${path}.type`, "must not be empty for specified object fields")]
      : []),
    ...(isKeyed && !Array.isArray(schema["x-kubernetes-list-map-keys"])
      ? [required(`${path}.x-kubernetes-list-map-keys`, "must not be empty if x-kubernetes-list-type is map")]
      : []),
    ...(standard === null ? [] : validateValue(standard, compileSchema(schema), `${path}.default`)),
    ...within.flatMap(([at, value]) => (isMap(value as never) ? schemaRules(value as ValueMap, at) : [])),
  ];
};

const versionRules = (crd: LiveObject): readonly FieldError[] =>
  versionsOf(crd).flatMap((version, index) => {
    const at = `spec.versions[${index}].schema.openAPIV3Schema`;
    const schema = schemaOf(version);
    return schema === undefined ? [required(at)] : schemaRules(schema, at);
  });

/** The name is made of two fields, which the rule for names does not see. */
export const crdNameRules = (crd: LiveObject): readonly FieldError[] => {
  const wanted = `${textOf(mapAt(specOf(crd), "names")?.["plural"])}.${textAt(specOf(crd), "group")}`;
  return ["generateName", "name"].flatMap((key) => {
    const value = textAt(crd.metadata, key);
    return value === "" || value === wanted
      ? []
      : [invalid(`metadata.${key}`, value, 'must be spec.names.plural+"."+spec.group')];
  });
};

/** What a definition must have to be served at all; all else that the server looks at is taken as it comes. */
export const crdRules = (crd: LiveObject): readonly FieldError[] => {
  const spec = specOf(crd);
  const stored = mapsAt(spec, "versions").filter((version) => version["storage"] === true).length;
  return [
    ...(textAt(spec, "group") === "" ? [required("spec.group")] : []),
    ...(["Cluster", "Namespaced"].includes(textAt(spec, "scope")) ? [] : [required("spec.scope")]),
    ...versionRules(crd),
    ...(stored === 1
      ? []
      : [invalid("spec.versions", null, "must have exactly one version marked as storage version")]),
    ...["plural", "kind"].flatMap((key) =>
      textOf(mapAt(spec, "names")?.[key]) === "" ? [required(`spec.names.${key}`)] : [],
    ),
  ];
};

/** What an established definition may no longer change, and what none may. */
export const keptInCrd = (crd: LiveObject, old: LiveObject): readonly FieldError[] => {
  const [names, before] = [mapAt(specOf(crd), "names"), mapAt(specOf(old), "names")];
  const keep = (field: string, value: string, was: string): readonly FieldError[] =>
    value === was ? [] : [invalid(field, value, "field is immutable")];
  const scopeAndKind = [
    ...keep("spec.scope", textAt(specOf(crd), "scope"), textAt(specOf(old), "scope")),
    ...keep("spec.names.kind", textAt(names, "kind"), textAt(before, "kind")),
  ];
  return [
    ...(isTrue(old, "Established") ? scopeAndKind : []),
    ...keep("spec.group", textAt(specOf(crd), "group"), textAt(specOf(old), "group")),
    ...keep("spec.names.plural", textAt(names, "plural"), textAt(before, "plural")),
  ];
};
