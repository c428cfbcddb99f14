import { isOwnedBy, marksOf } from "@evenkeel/apply";
import { refOf } from "@evenkeel/resource";
import type { KubeObject } from "@evenkeel/resource";

import type { Run } from "./admit.ts";
/** Objects under names that are new to the unit, which bear the mark of another app of this installation; by formatRef. */
export interface OthersObjects {
  /** That app was removed, or no longer has the object: it may be taken over. */
  readonly givenUp: ReadonlySet<string>;
  /** That app has it still: its name. */
  readonly held: ReadonlyMap<string, string>;
}

/** Name of the app that an object bears the mark of, if it is declared on this cluster and has not let go of the object. */
const holderOf = async (run: Run, object: KubeObject, appUid: string): Promise<string | undefined> => {
  const { deps, fact, signal } = run;
  const { cluster } = fact.unit;
  const app = await deps.declarations.appNamed(fact.declarationsDigest, { cluster, appUid }, signal);
  if (app === undefined) return undefined;
  return (await deps.claims.isListedBy({ cluster, app, appUid }, refOf(object), signal)) ? app : undefined;
};

/**
 * What becomes of objects that another app of this installation made: an app that was removed leaves its objects behind,
 * and a move that was cut short leaves them with the mark of the app that has let go of them. Throws BodyMissing.
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
