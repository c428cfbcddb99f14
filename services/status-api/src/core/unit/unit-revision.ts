import { compareVersions } from "@evenkeel/contracts";

import type { SourceRecord } from "../source-record.ts";
import { liveOf } from "./unit-record.ts";
import type { UnitRecord } from "./unit-record.ts";

/** The commits a unit is at. */
export interface UnitRevision {
  /** Live: full commit id; empty if nothing is. */
  readonly live: string;
  /** Wanted: full commit id. */
  readonly desired: string;
}

/** True if what is live is what is desired now: the same version was applied, or the same content. */
export const isDesiredLive = (unit: UnitRecord): boolean => {
  const { desired } = unit;
  const live = liveOf(unit);
  if (desired === undefined || live === undefined || live.digest !== desired.digest) return false;
  if (desired.version === undefined || live.version === undefined) return false;
  return compareVersions(live.version, desired.version) === "equal";
};

/** A unit that is not in the pending list of its source's last plan is at that commit, though the commit did not touch it.
 *  A list that was cut short proves nothing about a unit that is not in it. */
const plannedRevision = (unit: UnitRecord, source: SourceRecord | undefined): string | undefined => {
  const planned = source?.planned;
  if (planned === undefined || source?.planComplete !== true || planned.pendingCount > planned.pending.length)
    return undefined;
  const pending = planned.pending.some((p) => p.unit?.cluster === unit.cluster && p.unit.app === unit.app);
  // The desired of a newer commit may be seen before the plan of it.
  const seq = unit.desired?.version?.sources.find((s) => s.source === planned.source)?.seq ?? 0n;
  return pending || seq > planned.seq ? undefined : planned.revision;
};

/** The revision applied and the one desired. */
export const revisionOf = (unit: UnitRecord, source: SourceRecord | undefined): UnitRevision => {
  const planned = unit.desired === undefined ? undefined : plannedRevision(unit, source);
  const desired = planned ?? unit.desired?.revision ?? unit.problem?.revision ?? "";
  return { desired, live: isDesiredLive(unit) ? desired : (liveOf(unit)?.revision ?? "") };
};
