import { ApplyResult } from "@evenkeel/contracts";
import type { UnitStatus } from "@evenkeel/contracts";

import { causeOf } from "./unit-cause.ts";
import { removingOf } from "../units/removing.ts";
import type { SourceRecord } from "../source-record.ts";
import { healthOf, openFailure, openProblem, openRender, syncOf } from "./unit-condition.ts";
import { liveOf } from "./unit-record.ts";
import type { LiveState, UnitRecord } from "./unit-record.ts";
import { revisionOf } from "./unit-revision.ts";

/** Id of the source a unit is made from. */
export const sourceOf = (unit: UnitRecord): string =>
  unit.desired?.source ?? unit.problem?.source ?? unit.asked?.source ?? unit.declared?.repository ?? "";

/** False once a unit was removed and its objects were dealt with, or if only its objects are known. */
export const isListed = (unit: UnitRecord): boolean => {
  if (unit.declared !== undefined) return true;
  if (unit.desired === undefined) return unit.problem !== undefined || unit.letters.size > 0;
  if (!unit.desired.removed) return true;
  return unit.run?.result !== ApplyResult.REMOVED && (liveOf(unit) !== undefined || unit.objects.length > 0);
};

const shortRef = (ref: string): string => ref.replace(/^refs\/(heads|tags)\//, "");

/** When the content that is live went live: as its run told, else (after a restart of this service) when it was rendered. */
const liveSince = ({ desired }: UnitRecord, live: LiveState): Date | undefined =>
  live.since ?? (live.digest === desired?.digest ? desired.renderedAt : undefined);

/** The status of one unit from its own facts and those of its source. */
export const unitStatus = (unit: UnitRecord, source: SourceRecord | undefined): UnitStatus => {
  const { desired, drift, health, run } = unit;
  const live = liveOf(unit);
  const revision = revisionOf(unit, source);
  const cause = causeOf(unit, source);
  const words = source?.commits.get(revision.live);
  const ofDesired = desired !== undefined && desired.revision === revision.live ? desired : undefined;
  return {
    unit: desired?.unit ?? unit.problem?.unit ?? { cluster: unit.cluster, app: unit.app, appUid: "" },
    sync: syncOf(unit),
    health: healthOf(unit),
    revision: revision.live,
    ref: shortRef(desired?.lineage?.gitRef ?? source?.observed?.gitRef ?? ""),
    desiredRevision: openRender(unit)?.revision ?? openProblem(unit)?.revision ?? revision.desired,
    digest: live?.digest ?? "",
    version: live?.version,
    drift: drift?.count ?? 0,
    reason: cause?.reason,
    lastResult: run?.result ?? ApplyResult.UNSPECIFIED,
    failed: openFailure(unit)?.failed ?? [],
    parked: run?.parked ?? [],
    objectCount: desired?.objectCount ?? 0,
    liveSince: live === undefined ? undefined : liveSince(unit, live),
    verifiedAt: health?.verifiedAt,
    source: sourceOf(unit),
    path: desired?.path ?? unit.declared?.path ?? "",
    author: words?.author ?? ofDesired?.author ?? "",
    subject: words?.subject ?? ofDesired?.subject ?? "",
    traceId: desired?.traceId ?? unit.problem?.traceId ?? "",
    unhealthy: health?.unhealthy ?? [],
    planDigest: run?.result === ApplyResult.HELD || (run?.parked.length ?? 0) > 0 ? (run?.planDigest ?? "") : "",
    observedAt: words?.observedAt ?? desired?.observedAt,
    reasonSince: cause?.since,
    doubt: undefined,
    removing: removingOf(unit),
    warnings: desired?.removed === true ? [] : [...(desired?.warnings ?? [])],
  };
};
