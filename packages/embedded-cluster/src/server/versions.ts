import { type LiveObject } from "../json.ts";
import type { ServedKind } from "../kinds/kind-strategy.ts";

export const apiVersionOf = (group: string, version: string): string =>
  group === "" ? version : `${group}/${version}`;

/** The object in another version of its kind; itself when it is in that version. */
export const toVersion = (kind: ServedKind, object: LiveObject, version: string): LiveObject => {
  const apiVersion = apiVersionOf(kind.group, version);
  if (object.apiVersion === apiVersion) return object;
  return kind.strategy.convert?.(object, apiVersion) ?? { ...object, apiVersion };
};

/** The object as it is stored. */
export const toStorage = (kind: ServedKind, object: LiveObject): LiveObject =>
  toVersion(kind, object, kind.storageVersion);
