import { readDeclarations } from "@evenkeel/artifacts";
import type { Artifacts } from "@evenkeel/artifacts";

import { listUnits } from "../core/plan/list-units.ts";
import type { DeclaredUnits } from "../core/plan/list-units.ts";
import { ContentMissing } from "./git-objects.ts";

/** Declaration sets by digest. */
export interface Declarations {
  /** Throws ContentMissing while the set is not stored. */
  load(digest: string, signal: AbortSignal): Promise<DeclaredUnits>;
  /** undefined: that set is gone. */
  find(digest: string, signal: AbortSignal): Promise<DeclaredUnits | undefined>;
}

// The one planned from now, the one before, and those of requests that are still in hand.
const KEPT = 8;

/** Reads each set once; a set never changes under its digest. */
export const openDeclarations = (artifacts: Artifacts, installation: string): Declarations => {
  const kept = new Map<string, DeclaredUnits>();
  const find = async (digest: string, signal: AbortSignal): Promise<DeclaredUnits | undefined> => {
    const known = kept.get(digest);
    if (known !== undefined) return known;
    const set = await readDeclarations(artifacts, digest, signal);
    if (set === undefined) return undefined;
    const units = kept.get(digest) ?? listUnits(set, installation);
    kept.set(digest, units);
    for (const oldest of kept.keys()) {
      if (kept.size <= KEPT) break;
      kept.delete(oldest);
    }
    return units;
  };
  return {
    find,
    load: async (digest, signal) => {
      const units = await find(digest, signal);
      if (units === undefined) throw new ContentMissing(`declaration set ${digest} is not in the blob store`);
      return units;
    },
  };
};
