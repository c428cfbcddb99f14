import { isMap, type LiveObject, type Value, type ValueMap } from "../../json.ts";
import { fieldsOf, structsOf, textOf } from "../../kinds/validation/read-value.ts";
import { specOf } from "../crd-document.ts";
import { deepEqual } from "../deep-equal.ts";

/** What a version has of its own; what all versions have alike lies at the spec. */
export interface PerVersion {
  /** `schema` of a version, with `openAPIV3Schema` inside. */
  readonly validation?: ValueMap;
  readonly subresources?: ValueMap;
  readonly columns: readonly ValueMap[];
  readonly selectableFields: readonly ValueMap[];
}

export interface InternalVersion extends PerVersion {
  readonly name: string;
  readonly served: boolean;
  readonly storage: boolean;
  readonly deprecated: boolean;
  readonly deprecationWarning?: string;
}

/**
 * `spec` as the server holds it, which is the form that its validation names fields of: what all versions have alike
 * (so with one version all of it) is `spec.validation`, `spec.subresources` and so on, and no longer in the versions.
 */
export interface InternalSpec extends PerVersion {
  readonly group: string;
  readonly scope: string;
  /** Name of the first version. */
  readonly version: string;
  readonly versions: readonly InternalVersion[];
  readonly names: Readonly<ValueMap>;
  readonly conversion?: ValueMap;
  readonly preserveUnknownFields: boolean;
}

const parts = {
  validation: "schema",
  subresources: "subresources",
  columns: "additionalPrinterColumns",
  selectableFields: "selectableFields",
} as const;

type Part = keyof typeof parts;

const mapPart = (version: Readonly<ValueMap>, part: "validation" | "subresources"): Partial<PerVersion> => {
  const value = version[parts[part]];
  return isMap(value) ? { [part]: value } : {};
};

const perVersion = (version: Readonly<ValueMap>, taken: ReadonlySet<Part>): PerVersion => ({
  ...(taken.has("validation") ? mapPart(version, "validation") : {}),
  ...(taken.has("subresources") ? mapPart(version, "subresources") : {}),
  columns: taken.has("columns") ? structsOf(version[parts.columns]) : [],
  selectableFields: taken.has("selectableFields") ? structsOf(version[parts.selectableFields]) : [],
});

const orNull = (value: Value | undefined): Value =>
  value === undefined || (Array.isArray(value) && value.length === 0) ? null : value;

const everywhere = (versions: readonly ValueMap[], part: Part): boolean => {
  const key = parts[part];
  const [first] = versions;
  return first !== undefined && versions.every((version) => deepEqual(orNull(version[key]), orNull(first[key])));
};

export const internalSpec = (crd: LiveObject): InternalSpec => {
  const spec = specOf(crd);
  const versions = structsOf(spec["versions"]);
  const [first = {}] = versions;
  const all = new Set(Object.keys(parts) as Part[]);
  const shared = new Set([...all].filter((part) => everywhere(versions, part)));
  const own = new Set([...all].filter((part) => !shared.has(part)));
  const { conversion } = spec;
  return {
    group: textOf(spec["group"]),
    scope: textOf(spec["scope"]),
    version: textOf(first["name"]),
    names: fieldsOf(spec["names"]),
    ...(isMap(conversion) ? { conversion } : {}),
    preserveUnknownFields: spec["preserveUnknownFields"] === true,
    ...perVersion(first, shared),
    versions: versions.map((version) => ({
      name: textOf(version["name"]),
      served: version["served"] === true,
      storage: version["storage"] === true,
      deprecated: version["deprecated"] === true,
      ...(typeof version["deprecationWarning"] === "string"
        ? { deprecationWarning: version["deprecationWarning"] }
        : {}),
      ...perVersion(version, own),
    })),
  };
};
