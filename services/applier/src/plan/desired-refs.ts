import { refOf, storedKey } from "@evenkeel/resource";
import type { KubeObject } from "@evenkeel/resource";
import type { ObjectRef } from "@evenkeel/words";

import type { DesiredStateChanged } from "@evenkeel/contracts";

import type { Bodies, Declarations } from "../partition/declarations.ts";
import { readSet } from "./desired-set.ts";

/** What the rendered sets of units hold, whoever they belong to. */
export interface DesiredRefs {
  /** Whether a desired has a ref, in doubt yes. Throws BodyMissing, SetDamaged. */
  has(desired: DesiredStateChanged, ref: ObjectRef, signal: AbortSignal): Promise<boolean>;
}

/** Namespaces as written, by group, kind and name; "" where none is written. */
type Index = ReadonlyMap<string, ReadonlySet<string>>;

const KEPT = 1_000;

const nameOf = (ref: ObjectRef): string => storedKey({ ...ref, namespace: "" });

const indexOf = (objects: readonly { readonly object: KubeObject }[]): Index => {
  const index = new Map<string, Set<string>>();
  for (const { object } of objects) {
    const ref = refOf(object);
    index.set(nameOf(ref), (index.get(nameOf(ref)) ?? new Set()).add(ref.namespace));
  }
  return index;
};

/** Sets by digest; those last used are kept. */
export const openDesiredRefs = (bodies: Bodies, declarations: Declarations): DesiredRefs => {
  const indexes = new Map<string, Index>();
  const load = async (digest: string, signal: AbortSignal): Promise<Index> => {
    const known = indexes.get(digest);
    const index = known ?? indexOf(await readSet(bodies, digest, signal));
    indexes.delete(digest);
    indexes.set(digest, index);
    const [oldest] = indexes.keys();
    if (indexes.size > KEPT && oldest !== undefined) indexes.delete(oldest);
    return index;
  };
  return {
    has: async ({ unit, digest, removed, declarationsDigest }, ref, signal) => {
      if (removed || unit === undefined) return false;
      const written = (await load(digest, signal)).get(nameOf(ref));
      if (written === undefined) return false;
      if (written.has(ref.namespace) || ref.namespace === "") return true;
      if (!written.has("")) return false;
      const declared = await declarations.find(declarationsDigest, unit, signal);
      return declared === undefined || (declared.app.spec.namespace ?? "") === ref.namespace;
    },
  };
};
