import { isMap, type LiveObject, type Value, type ValueMap } from "../json.ts";
import { mapAt, mapsAt, textsAt, textAt, textOf } from "../reading.ts";

/** `spec.names` or `status.acceptedNames`. */
export interface CustomNames {
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly kind: string;
  readonly listKind: string;
  readonly categories: readonly string[];
}

export const namesOf = (value: Value | undefined): CustomNames => {
  const names = isMap(value) ? value : undefined;
  return {
    plural: textAt(names, "plural"),
    singular: textAt(names, "singular"),
    shortNames: textsAt(names, "shortNames"),
    kind: textAt(names, "kind"),
    listKind: textAt(names, "listKind"),
    categories: textsAt(names, "categories"),
  };
};

export const specOf = (crd: LiveObject): Readonly<ValueMap> => mapAt(crd, "spec") ?? {};
export const acceptedNamesOf = (crd: LiveObject): CustomNames => namesOf(mapAt(crd, "status")?.["acceptedNames"]);
export const versionsOf = (crd: LiveObject): readonly ValueMap[] => mapsAt(specOf(crd), "versions");

/** The schema of a version as written, absent where it has none. */
export const schemaOf = (version: Readonly<ValueMap>): ValueMap | undefined => {
  const schema = mapAt(version, "schema")?.["openAPIV3Schema"];
  return isMap(schema) ? schema : undefined;
};

export const conditionOf = (crd: LiveObject, type: string): Readonly<ValueMap> | undefined =>
  mapsAt(mapAt(crd, "status"), "conditions").find((condition) => condition["type"] === type);

export const isTrue = (crd: LiveObject, type: string): boolean => conditionOf(crd, type)?.["status"] === "True";

export const storageVersionOf = (crd: LiveObject): string =>
  textOf(versionsOf(crd).find((version) => version["storage"] === true)?.["name"]);

export const hasStatusSubresource = (version: Readonly<ValueMap>): boolean =>
  isMap(mapAt(version, "subresources")?.["status"]);
