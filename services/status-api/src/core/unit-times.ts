import { Health } from "@evenkeel/contracts";

import type { UnitRecord } from "./unit-record.ts";
import { isDesiredLive } from "./unit-revision.ts";

/** How long each stage of what is live took, in milliseconds; 0 if not known. */
export interface UnitTimes {
  readonly commitToLiveMs: bigint;
  readonly renderMs: bigint;
  readonly applyMs: bigint;
  readonly healthyMs: bigint;
}

const between = (from: Date | undefined, to: Date | undefined): bigint =>
  from === undefined || to === undefined ? 0n : BigInt(Math.max(0, to.getTime() - from.getTime()));

/** The stages of the last commit that changed this unit; nothing of a commit that is not live yet. */
export const timesOf = (unit: UnitRecord): UnitTimes => {
  const { desired, health, healthySince, run } = unit;
  if (!isDesiredLive(unit) || desired === undefined || run?.digest !== desired.digest) {
    return { commitToLiveMs: 0n, renderMs: 0n, applyMs: 0n, healthyMs: 0n };
  }
  const healthy = health?.health === Health.HEALTHY && health.digest === desired.digest ? healthySince : undefined;
  const written = unit.live?.since ?? run.endedAt;
  return {
    commitToLiveMs: between(desired.observedAt, written),
    renderMs: between(desired.observedAt, desired.renderedAt),
    applyMs: between(run.startedAt, run.endedAt),
    healthyMs: between(written, healthy),
  };
};
