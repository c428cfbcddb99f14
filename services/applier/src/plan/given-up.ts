import { isOwnedBy, marksOf } from "@evenkeel/apply";
import { refOf } from "@evenkeel/resource";
import type { KubeObject } from "@evenkeel/resource";

import { newestDesired } from "../claims/abandoned-claim.ts";
import type { Run } from "../run/admit.ts";
import { newestDeclarations } from "../partition/newest-declarations.ts";

/** Objects under names that are new to the unit, which bear the mark of another app of this installation; by formatRef. */
export interface OthersObjects {
  /** That app was removed, or no longer wants the object: it may be taken over. */
  readonly givenUp: ReadonlySet<string>;
  /** That app wants it still: its name. */
  readonly held: ReadonlyMap<string, string>;
}

/** Name of the app that an object bears the mark of, if the newest fleet revision has it here and it wants the object. */
const holderOf = async (run: Run, object: KubeObject, appUid: string): Promise<string | undefined> => {
  const { deps, fact, signal } = run;
  const { cluster } = fact.unit;
  const declared = await newestDeclarations(deps, fact.declarationsDigest, signal);
  const app = await deps.declarations.appNamed(declared, { cluster, appUid }, signal);
  if (app === undefined) return undefined;
  const desired = await newestDesired(deps, { cluster, app }, signal);
  // One that has said nothing yet is in doubt: it keeps what bears its mark.
  if (desired?.unit?.appUid !== appUid) return app;
  return (await deps.desiredRefs.has(desired, refOf(object), signal)) ? app : undefined;
};

/**
 * What becomes of objects that another app of this installation made, where that app has no claim: one that was removed
 * leaves its objects behind, and a bus that was lost took the claims with it. Throws BodyMissing.
 */
export const othersObjects = async (run: Run, live: ReadonlyMap<string, KubeObject>): Promise<OthersObjects> => {
  const { installation } = run.deps.bus;
  const givenUp = new Set<string>();
  const held = new Map<string, string>();
  for (const [key, object] of live) {
    const { appUid } = marksOf(object);
    if (appUid === undefined || appUid === run.fact.unit.appUid) continue;
    if (!isOwnedBy(object, { appUid, installation })) continue;
    const holder = await holderOf(run, object, appUid);
    if (holder === undefined) givenUp.add(key);
    else held.set(key, holder);
  }
  return { givenUp, held };
};
