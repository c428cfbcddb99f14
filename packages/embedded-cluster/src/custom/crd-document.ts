import { isMap, type LiveObject, type Value, type ValueMap } from "../json.ts";
import { fieldsOf, structsOf, textOf, textsOf } from "../kinds/validation/read-value.ts";
import type { ScalePaths } from "./custom-scale.ts";

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
  const names = fieldsOf(value);
  return {
    plural: textOf(names["plural"]),
    singular: textOf(names["singular"]),
    shortNames: textsOf(names["shortNames"]),
    kind: textOf(names["kind"]),
    listKind: textOf(names["listKind"]),
    categories: textsOf(names["categories"]),
  };
};

export const specOf = (crd: LiveObject): Readonly<ValueMap> => fieldsOf(crd["spec"]);
export const acceptedNamesOf = (crd: LiveObject): CustomNames => namesOf(fieldsOf(crd["status"])["acceptedNames"]);
export const versionsOf = (crd: LiveObject): readonly ValueMap[] => structsOf(specOf(crd)["versions"]);

/** The schema of a version as written, absent where it has none. */
export const schemaOf = (version: Readonly<ValueMap>): ValueMap | undefined => {
  const schema = fieldsOf(version["schema"])["openAPIV3Schema"];
  return isMap(schema) ? schema : undefined;
};

export const conditionOf = (crd: LiveObject, type: string): Readonly<ValueMap> | undefined =>
  structsOf(fieldsOf(crd["status"])["conditions"]).find((condition) => condition["type"] === type);

export const isTrue = (crd: LiveObject, type: string): boolean => conditionOf(crd, type)?.["status"] === "True";

export const storageVersionOf = (crd: LiveObject): string =>
  textOf(versionsOf(crd).find((version) => version["storage"] === true)?.["name"]);

export const hasStatusSubresource = (version: Readonly<ValueMap>): boolean =>
  isMap(fieldsOf(version["subresources"])["status"]);

export const scaleOf = (version: Readonly<ValueMap>): ScalePaths | undefined => {
  const scale = fieldsOf(version["subresources"])["scale"];
  if (!isMap(scale)) return undefined;
  const selector = scale["labelSelectorPath"];
  return {
    specReplicas: textOf(scale["specReplicasPath"]),
    statusReplicas: textOf(scale["statusReplicasPath"]),
    ...(typeof selector === "string" ? { labelSelector: selector } : {}),
  };
};
