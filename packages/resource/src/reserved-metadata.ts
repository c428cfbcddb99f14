import { isObject } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";
import { OWN_ANNOTATIONS, OWN_DOMAIN } from "./own-metadata.ts";
import type { ValuePath } from "./yaml-path.ts";

/** Annotations of our domain that an author may write. */
const AUTHORS: ReadonlySet<string> = new Set([
  OWN_ANNOTATIONS.prune,
  OWN_ANNOTATIONS.recreate,
  OWN_ANNOTATIONS.wave,
  OWN_ANNOTATIONS.whenGone,
]);

const FIELDS = ["labels", "annotations"] as const;

/** Whether only we may set this label or annotation. */
export const isReserved = (field: (typeof FIELDS)[number], key: string): boolean =>
  key.startsWith(`${OWN_DOMAIN}/`) && !(field === "annotations" && AUTHORS.has(key));

/** Metadata that something is made with: `metadata` of a template, and what resources call `podMetadata` and the like. */
const isMetadata = (name: string): boolean => name === "metadata" || name.endsWith("Metadata");

interface Embedded {
  readonly path: ValuePath;
  readonly key: string;
}

const reservedIn = (metadata: JsonObject, at: ValuePath): Embedded | undefined => {
  for (const field of FIELDS) {
    const map = metadata[field];
    const key = isObject(map) ? Object.keys(map).find((each) => isReserved(field, each)) : undefined;
    if (key !== undefined) return { path: [...at, field, key], key };
  }
  return undefined;
};

const search = (value: Json | undefined, at: ValuePath): Embedded | undefined => {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      const found = search(item, [...at, index]);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (!isObject(value)) return undefined;
  for (const [name, inner] of Object.entries(value)) {
    const path = [...at, name];
    const found = (isMetadata(name) && isObject(inner) ? reservedIn(inner, path) : undefined) ?? search(inner, path);
    if (found !== undefined) return found;
  }
  return undefined;
};

/** The first reserved label or annotation in metadata at any depth below an object's own: templates of pods, jobs and claims. */
export const findEmbedded = ({ metadata: _own, ...rest }: JsonObject): Embedded | undefined => search(rest, []);
