import { ApplyResult, flows, formatVersion } from "@evenkeel/contracts";
import type { ApplyFinished, Claim, DesiredStateChanged, ObjectRef, Unit } from "@evenkeel/contracts";

import type { IsAbandoned } from "./claims.ts";
import type { Deps } from "../deps.ts";
import { inventoryKey, isAmong, readInventory } from "../plan/inventories.ts";
import { newestDeclarations } from "../partition/newest-declarations.ts";
import type { WantedBy } from "./unreadable-claim.ts";

type Reach = Pick<Deps, "bus" | "declarations" | "desiredRefs">;

/** The newest desired of a unit, read through the leader. */
export const newestDesired = async (
  { bus }: Pick<Deps, "bus">,
  unit: Pick<Unit, "cluster" | "app">,
  signal: AbortSignal,
): Promise<DesiredStateChanged | undefined> => {
  const tokens = { "unit.cluster": unit.cluster, "unit.app": unit.app };
  return (await bus.readLast(flows.desiredStateChanged, tokens, signal))?.fact;
};

const isListed = async ({ bus }: Reach, unit: Unit, ref: ObjectRef, signal: AbortSignal): Promise<boolean> => {
  const stored = await readInventory(bus, inventoryKey(unit), signal);
  if (stored?.value?.unit?.appUid !== unit.appUid) return false;
  return isAmong(stored.value.items, ref);
};

/** Every run that may have taken the claim has ended: runs of a unit come one after another, and this was a later one. */
const hasEnded = (claim: Claim, newest: DesiredStateChanged, last: ApplyFinished | undefined): boolean =>
  last !== undefined &&
  last.epoch >= claim.epoch &&
  last.result !== ApplyResult.SUPERSEDED &&
  last.version !== undefined &&
  newest.version !== undefined &&
  formatVersion(last.version) === formatVersion(newest.version);

/**
 * Whether the plan that took a claim was cut off before it listed or gave back the ref (a crash between the two), and
 * nothing of its app wants or lists the ref since. An app that has said nothing yet is in doubt: its claim stays.
 */
export const abandonedOn =
  (deps: Reach, cluster: string, fallback: string): IsAbandoned =>
  async (claim, signal) => {
    const { ref, app, appUid } = claim;
    if (ref === undefined) return false;
    const unit: Unit = { cluster, app, appUid };
    const newest = await newestDesired(deps, unit, signal);
    if (newest === undefined) {
      const declared = await newestDeclarations(deps, fallback, signal);
      return (await deps.declarations.appNamed(declared, unit, signal)) === undefined;
    }
    if (newest.unit?.appUid === appUid && (await deps.desiredRefs.has(newest, ref, signal))) return false;
    if (await isListed(deps, unit, ref, signal)) return false;
    const tokens = { "unit.cluster": cluster, "unit.app": app };
    return hasEnded(claim, newest, (await deps.bus.readLast(flows.applyFinished, tokens, signal))?.fact);
  };

/** Units of a cluster whose newest desired has a ref, of all that are declared there. Throws BodyMissing. */
export const wantedOn =
  (deps: Reach, cluster: string, fallback: string): WantedBy =>
  async (ref, signal) => {
    const declared = await newestDeclarations(deps, fallback, signal);
    const apps = await deps.declarations.appsOn(declared, cluster, signal);
    const wanting = await Promise.all(
      apps.map(async ({ unit }) => {
        const newest = await newestDesired(deps, unit, signal);
        const isWanted = newest !== undefined && !newest.removed && (await deps.desiredRefs.has(newest, ref, signal));
        return isWanted ? [newest.unit ?? unit] : [];
      }),
    );
    return wanting.flat();
  };
