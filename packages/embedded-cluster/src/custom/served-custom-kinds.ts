import { copyOf, type LiveObject, type ValueMap } from "../json.ts";
import type { KindStrategy, ServedKind } from "../kinds/kind-strategy.ts";
import {
  acceptedNamesOf,
  hasStatusSubresource,
  isTrue,
  schemaOf,
  specOf,
  storageVersionOf,
  versionsOf,
} from "./crd-document.ts";
import { customModel } from "./custom-model.ts";
import { compileSchema, type CustomSchema } from "./custom-schema.ts";
import { customStrategy } from "./custom-strategy.ts";
import { applySchemaDefaults, dropNulls } from "./default-fields.ts";
import { pruneFields } from "./prune-fields.ts";
import { asResourceRoot } from "./custom-schema.ts";
import { compareVersions } from "./version-order.ts";
import { mapsAt, textAt } from "../reading.ts";

/** In the order of the server's discovery. */
const verbs = ["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"] as const;
const verbsAtTheEnd = ["delete", "deletecollection", "get", "list", "watch"] as const;

/** By version. */
type Schemas = ReadonlyMap<string, CustomSchema>;

/** The schema by which the server reads an object: that of the version it says; objects of other groups have none. */
const schemaFor = (object: LiveObject, schemas: Schemas, group: string): CustomSchema | undefined => {
  const [ownGroup, version = ""] = object.apiVersion.split("/");
  return ownGroup === group ? schemas.get(version) : undefined;
};

/**
 * None is the only conversion: another apiVersion. On its way to a client an object loses what that version's schema does not
 * have; on its way to the store it does so later, when field management and validation have seen all of it. What says that it is
 * something else is left to validation.
 */
const converter =
  (schemas: Schemas, group: string, storageVersion: string): NonNullable<KindStrategy["convert"]> =>
  (object, apiVersion) => {
    if (schemaFor(object, schemas, group) === undefined) return object;
    const converted = copyOf(object);
    converted.apiVersion = apiVersion;
    const version = apiVersion.split("/").at(-1) ?? "";
    const schema = version === storageVersion ? undefined : schemas.get(version);
    if (schema !== undefined && apiVersion !== object.apiVersion) {
      pruneFields(converted, asResourceRoot(schema));
      dropNulls(converted, schema);
    }
    return converted;
  };

const kindAt = (crd: LiveObject, version: Readonly<ValueMap>, schemas: Schemas): ServedKind => {
  const { plural, singular, shortNames, kind, listKind, categories } = acceptedNamesOf(crd);
  const group = textAt(specOf(crd), "group");
  const name = textAt(version, "name");
  const schema = schemas.get(name) ?? compileSchema({});
  const hasStatus = hasStatusSubresource(version);
  const namespaced = specOf(crd)["scope"] === "Namespaced";
  const selectable = mapsAt(version, "selectableFields").map((field) => textAt(field, "jsonPath").replace(/^\./, ""));
  const strategy = customStrategy({
    group,
    version: storageVersionOf(crd),
    kind,
    schema,
    isStored: name === storageVersionOf(crd),
    namespaced,
    hasStatus,
  });
  return {
    group,
    version: name,
    kind,
    listKind,
    plural,
    singular,
    shortNames,
    categories,
    namespaced,
    verbs: isTrue(crd, "Terminating") ? verbsAtTheEnd : verbs,
    subresources: hasStatus ? ["status"] : [],
    storageVersion: storageVersionOf(crd),
    discoverable: isTrue(crd, "Established"),
    strategy: {
      ...strategy,
      applyDefaults: (object) => applySchemaDefaults(object, schemaFor(object, schemas, group)),
      convert: converter(schemas, group, storageVersionOf(crd)),
    },
    model: customModel({ group, kind, schema, schemaFor: (object) => schemaFor(object, schemas, group) }),
    ...(selectable.length === 0 ? {} : { selectableFields: selectable }),
  };
};

const compile = (crd: LiveObject): readonly ServedKind[] => {
  if (!isTrue(crd, "NamesAccepted") && !isTrue(crd, "Established")) return [];
  const schemas: Schemas = new Map(
    versionsOf(crd).map((version) => [textAt(version, "name"), compileSchema(schemaOf(version) ?? {})]),
  );
  return versionsOf(crd)
    .filter((version) => version["served"] === true)
    .map((version) => kindAt(crd, version, schemas))
    .toSorted((left, right) => compareVersions(right.version, left.version));
};

const limit = 256;
const compiled = new Map<string, readonly ServedKind[]>();

/**
 * The kinds that a CRD makes the server serve, one per served version, the best version first; none before its names are accepted. CRDs of the same content
 * share them: they are compiled once for all clusters of a process.
 */
export const servedKindsOf = (crd: LiveObject): readonly ServedKind[] => {
  const conditions = ["NamesAccepted", "Established", "Terminating"].map((type) => isTrue(crd, type));
  const content = JSON.stringify([specOf(crd), acceptedNamesOf(crd), conditions], (_key, value: unknown) =>
    typeof value === "bigint" ? value.toString() : value,
  );
  const known = compiled.get(content);
  if (known !== undefined) return known;
  const kinds = compile(crd);
  const [oldest] = compiled.keys();
  if (compiled.size >= limit && oldest !== undefined) compiled.delete(oldest);
  compiled.set(content, kinds);
  return kinds;
};
