import { type ValueMap } from "../../json.ts";
import { type FieldError, invalid, notSupported, required } from "../../kinds/field-error.ts";
import { dns1035Label, dnsSubdomain } from "../../kinds/validation/names.ts";
import { textOf } from "../../kinds/validation/read-value.ts";
import { deepEqual } from "../deep-equal.ts";
import { conversionRules } from "./conversion-rules.ts";
import type { InternalSpec, InternalVersion, PerVersion } from "./internal-spec.ts";
import { namesRules } from "./names-rules.ts";
import { printVersions } from "./print-internal.ts";
import { schemasWithin } from "./schema-parts.ts";
import { schemaRules } from "./schema-rules.ts";
import {
  columnRules,
  deprecationRules,
  hasStatus,
  selectableFieldRules,
  subresourceRules,
  validationsOf,
} from "./version-rules.ts";

const groupRules = (group: string): readonly FieldError[] => {
  if (group === "") return [required("spec.group")];
  const texts = dnsSubdomain(group);
  if (texts.length > 0) return [invalid("spec.group", group, texts.join(","))];
  return group.includes(".") ? [] : [invalid("spec.group", group, "should be a domain with at least one dot")];
};

const scopeRules = (scope: string): readonly FieldError[] => {
  if (scope === "") return [required("spec.scope")];
  const allowed = ["Cluster", "Namespaced"];
  return allowed.includes(scope) ? [] : [notSupported("spec.scope", scope, allowed)];
};

const missingSchemas = (spec: InternalSpec): readonly FieldError[] =>
  validationsOf(spec) === undefined
    ? spec.versions.flatMap((version, index) =>
        validationsOf(version) === undefined ? [required(`spec.versions[${index}].schema.openAPIV3Schema`)] : [],
      )
    : [];

const defaultsRules = (spec: InternalSpec): readonly FieldError[] => {
  const schemas = [spec, ...spec.versions].map(validationsOf).filter((schema) => schema !== undefined);
  const hasDefaults = schemas.flatMap(schemasWithin).some((schema) => (schema["default"] ?? null) !== null);
  return spec.preserveUnknownFields && hasDefaults
    ? [invalid("spec.preserveUnknownFields", true, "must be false in order to use defaults in the schema")]
    : [];
};

const preservedConversion = (spec: InternalSpec): readonly FieldError[] => {
  const strategy = spec.conversion?.["strategy"];
  return spec.preserveUnknownFields && strategy !== undefined && strategy !== "None"
    ? [invalid("spec.conversion.strategy", strategy, "must be None if spec.preserveUnknownFields is true")]
    : [];
};

const selectableOf = (part: PerVersion, path: string, whenMissing: string): readonly FieldError[] => {
  if (part.selectableFields.length === 0) return [];
  const schema = validationsOf(part);
  return schema === undefined
    ? [invalid(path, "", whenMissing)]
    : selectableFieldRules(part.selectableFields, schema, path);
};

const versionRules = (version: InternalVersion, path: string, spec: InternalSpec): readonly FieldError[] => {
  const own = spec.versions.some(({ subresources }) => subresources !== undefined) ? version : spec;
  const names = dns1035Label(version.name);
  return [
    ...(names.length === 0 ? [] : [invalid(`${path}.name`, version.name, names.join(","))]),
    ...deprecationRules(version, path),
    ...schemaRules(validationsOf(version), hasStatus(own), `${path}.schema`),
    ...subresourceRules(version.subresources, `${path}.subresources`),
    ...columnRules(version.columns, `${path}.additionalPrinterColumns`),
    ...selectableOf(
      version,
      `${path}.selectableFields`,
      "may only be set when `version.schema.openAPIV3Schema` is not included",
    ),
  ];
};

const nameRules = (names: Readonly<ValueMap>): readonly FieldError[] =>
  ["plural", "singular", "kind", "listKind"].flatMap((key) =>
    textOf(names[key]) === "" ? [required(`spec.names.${key}`)] : [],
  );

const versionListRules = (spec: InternalSpec): readonly FieldError[] => {
  const names = spec.versions.map(({ name }) => name);
  const stored = spec.versions.filter(({ storage }) => storage).length;
  const wrong = (text: string): FieldError => invalid("spec.versions", printVersions(spec.versions), text);
  const [first = ""] = names;
  const texts = names.length === 0 ? [] : dns1035Label(first);
  return [
    ...(new Set(names).size === names.length ? [] : [wrong("must contain unique version names")]),
    ...(stored === 1 ? [] : [wrong("must have exactly one version marked as storage version")]),
    ...(texts.length === 0 ? [] : [invalid("spec.version", first, texts.join(","))]),
  ];
};

/** All rules of `spec`, named as the server names its fields. */
export const specRules = (spec: InternalSpec): readonly FieldError[] => {
  const anyStatus = [spec, ...spec.versions].some(hasStatus);
  return [
    ...groupRules(spec.group),
    ...scopeRules(spec.scope),
    ...missingSchemas(spec),
    ...defaultsRules(spec),
    ...spec.versions.flatMap((version, index) => versionRules(version, `spec.versions[${index}]`, spec)),
    ...versionListRules(spec),
    ...nameRules(spec.names),
    ...namesRules(spec.names, "spec.names"),
    ...schemaRules(validationsOf(spec), anyStatus, "spec.validation"),
    ...subresourceRules(spec.subresources, "spec.subresources"),
    ...columnRules(spec.columns, "spec.additionalPrinterColumns"),
    ...selectableOf(spec, "spec.selectableFields", "may only be set when validations.schema is included"),
    ...preservedConversion(spec),
    ...conversionRules(spec.conversion, "spec.conversion"),
  ];
};

/** What an established CRD may no longer change, and what none may. */
export const immutableRules = (
  spec: InternalSpec,
  old: InternalSpec,
  isEstablished: boolean,
): readonly FieldError[] => {
  const keep = (field: string, value: string, before: string): readonly FieldError[] =>
    deepEqual(value, before) ? [] : [invalid(field, value, "field is immutable")];
  return [
    ...(isEstablished
      ? [
          ...keep("spec.scope", spec.scope, old.scope),
          ...keep("spec.names.kind", textOf(spec.names["kind"]), textOf(old.names["kind"])),
        ]
      : []),
    ...keep("spec.group", spec.group, old.group),
    ...keep("spec.names.plural", textOf(spec.names["plural"]), textOf(old.names["plural"])),
  ];
};

/** v1 has no use for the field any more. */
export const preserveRules = (spec: InternalSpec): readonly FieldError[] =>
  spec.preserveUnknownFields
    ? [
        invalid(
          "spec.preserveUnknownFields",
          true,
          "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead",
        ),
      ]
    : [];
