import { goesFirst, neededElsewhere, staysForGood } from "@evenkeel/apply";
import type { EndingElsewhere } from "@evenkeel/apply";
import { PendingState, buckets, flows } from "@evenkeel/contracts";
import type { DesiredStateChanged, InventoryItem, ObjectRef, Unit } from "@evenkeel/contracts";
import { isApiError } from "@evenkeel/kube";
import type { KubeObject } from "@evenkeel/resource";

import { newestDesired } from "../claims/abandoned-claim.ts";
import type { Run } from "../run/admit.ts";
import { BodyMissing } from "../partition/declarations.ts";
import type { AppOnCluster } from "../partition/declarations.ts";
import { readInventory } from "../plan/inventories.ts";
import type { InventoryKey } from "../plan/inventories.ts";
import { newestDeclarations } from "../partition/newest-declarations.ts";
import { isUnmarked } from "../plan/run-inventory.ts";

type Leaves = (ref: ObjectRef) => Promise<boolean>;
const none: Leaves = async () => false;
const all: Leaves = async () => true;

/** What its last declaration says of its objects; where that is gone they may go. */
const isOrphaned = async ({ deps, signal }: Run, { declarationsDigest }: DesiredStateChanged, unit: Unit) => {
  try {
    const last = await deps.declarations.find(declarationsDigest, unit, signal);
    return last?.app.spec.deletionPolicy === "orphan";
  } catch (error) {
    if (error instanceof BodyMissing) return false;
    throw error;
  }
};

/** A render of it is asked for: what it will have is not known yet. One that failed keeps what it has. */
const isPending = async ({ deps, signal }: Run, { app, unit }: AppOnCluster): Promise<boolean> => {
  const plan = await deps.bus.readLast(flows.commitPlanned, { source: app.spec.repository }, signal);
  return (plan?.fact.pending ?? []).some(
    (each) => each.unit?.app === unit.app && each.unit.cluster === unit.cluster && each.state !== PendingState.FAILED,
  );
};

/** Which of its objects another unit is about to delete, as the newest facts say. */
const leavesOf = async (run: Run, unit: Unit, declared: AppOnCluster | undefined): Promise<Leaves> => {
  const { deps, signal } = run;
  const newest = await newestDesired(deps, unit, signal);
  // Nobody has said anything of it: nothing of it will be deleted.
  if (newest === undefined || newest.unit?.appUid !== unit.appUid) return none;
  if (newest.removed || declared === undefined) return (await isOrphaned(run, newest, unit)) ? none : all;
  if (!declared.app.spec.prune.enabled) return none;
  if (await isPending(run, declared)) return all;
  return async (ref) => {
    try {
      return !(await deps.desiredRefs.has(newest, ref, signal));
    } catch (error) {
      if (error instanceof BodyMissing) return false;
      throw error;
    }
  };
};

/** It is on the cluster still, and not to stay there for good; what cannot be read may be. */
const isEnding = async (
  { deps, kube, signal }: Run,
  item: InventoryItem,
  { appUid }: Unit,
  removed: boolean,
): Promise<boolean> => {
  const { ref, uid } = item;
  if (ref === undefined) return false;
  try {
    const live = await kube.getObject(ref, {}, signal);
    if (live === undefined || (uid !== "" && live.metadata.uid !== uid)) return false;
    const owner = { appUid, installation: deps.bus.installation };
    return !staysForGood(live, owner, { removed, unmarked: isUnmarked(item) });
  } catch (error) {
    if (isApiError(error, "KIND_UNKNOWN")) return false;
    if (isApiError(error)) return true;
    throw error;
  }
};

const AT_ONCE = 16;
/** So many are told; one is enough to wait for. */
const ENOUGH = 20;

/**
 * Objects of other units of the cluster that are to go, and that something of `rest` may be needed to end (`going`: all that
 * leaves with it). By the inventories, whoever owns their partitions; each is looked at on the cluster, so that it is
 * waited for only as long as it is there.
 */
export const endingElsewhere = async (
  run: Run,
  rest: readonly KubeObject[],
  going: readonly KubeObject[],
): Promise<readonly EndingElsewhere[]> => {
  if (rest.length === 0) return [];
  const { deps, fact, signal } = run;
  const digest = await newestDeclarations(deps, fact.declarationsDigest, signal);
  const declared = await deps.declarations.appsOn(digest, fact.unit.cluster, signal);
  const isNeeded = (each: EndingElsewhere): boolean =>
    rest.some((object) => neededElsewhere(object, going, [each]).length > 0);

  const ofUnit = async (key: InventoryKey): Promise<readonly EndingElsewhere[]> => {
    const stored = await readInventory(deps.bus, key, signal);
    const { unit, items = [] } = stored?.value ?? {};
    if (unit === undefined || unit.appUid === fact.unit.appUid) return [];
    const { app } = unit;
    const needed = items.filter(({ ref }) => ref && goesFirst(ref, undefined) && isNeeded({ ref, app }));
    if (needed.length === 0) return [];
    const own = declared.find((each) => each.unit.appUid === unit.appUid);
    const leaves = await leavesOf(run, unit, own);
    const found: EndingElsewhere[] = [];
    for (const item of needed) {
      if (found.length >= ENOUGH) break;
      if (item.ref !== undefined && (await leaves(item.ref)) && (await isEnding(run, item, unit, own === undefined)))
        found.push({ ref: item.ref, app });
    }
    return found;
  };
  const keys = await deps.bus.state(buckets.inventory).keys({ cluster: fact.unit.cluster }, signal);
  const found: EndingElsewhere[] = [];
  for (let from = 0; from < keys.length; from += AT_ONCE)
    found.push(...(await Promise.all(keys.slice(from, from + AT_ONCE).map(ofUnit))).flat());
  return found;
};
