import { parseJson } from "@evenkeel/resource";

import type { LiveObject } from "../json.ts";
import type { StoreKey, Stored } from "../store/store.ts";
import { mapsAt, textAt } from "../reading.ts";

/** Who is there, by uid, and who names whom as owner. */
export interface OwnerIndex {
  readonly keyOf: (uid: string) => StoreKey | undefined;
  readonly dependents: (uid: string) => readonly StoreKey[];
  /** The uid of an object, from its JSON. */
  readonly uidIn: (json: string) => string;
  readonly note: (stored: Stored) => void;
  readonly forget: (stored: Stored) => void;
}

/** One text for one key. */
export const idOf = ({ group, name, namespace, plural }: StoreKey): string => `${group}/${plural}/${namespace}/${name}`;

/** The first `"uid":` of an object without owners is its own: metadata comes first and texts are escaped. */
const OWN_UID = /"uid":"([^"]+)"/;

const read = (json: string): { readonly uid: string; readonly owners: readonly string[] } => {
  if (!json.includes('"ownerReferences"')) return { uid: OWN_UID.exec(json)?.[1] ?? "", owners: [] };
  const { metadata } = parseJson(json) as LiveObject;
  return {
    uid: textAt(metadata, "uid"),
    owners: mapsAt(metadata, "ownerReferences").map((owner) => textAt(owner, "uid")),
  };
};

/** An index that is told of every object; only those with owners cost a parse. */
export const openOwnerIndex = (): OwnerIndex => {
  const keys = new Map<string, StoreKey>();
  const dependents = new Map<string, Map<string, StoreKey>>();
  const ownersOf = new Map<string, readonly string[]>();
  const unlink = (id: string): void => {
    for (const owner of ownersOf.get(id) ?? []) {
      const known = dependents.get(owner);
      known?.delete(id);
      if (known?.size === 0) dependents.delete(owner);
    }
    ownersOf.delete(id);
  };
  return {
    keyOf: (uid) => keys.get(uid),
    uidIn: (json) => read(json).uid,
    dependents: (uid) => [...(dependents.get(uid)?.values() ?? [])],
    note: ({ json, key }) => {
      const id = idOf(key);
      const { owners, uid } = read(json);
      keys.set(uid, key);
      if (owners.length === 0 && !ownersOf.has(id)) return;
      unlink(id);
      if (owners.length > 0) ownersOf.set(id, owners);
      for (const owner of owners) {
        const known = dependents.get(owner) ?? new Map<string, StoreKey>();
        known.set(id, key);
        dependents.set(owner, known);
      }
    },
    forget: ({ json, key }) => {
      keys.delete(read(json).uid);
      unlink(idOf(key));
    },
  };
};
