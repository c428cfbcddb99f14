import type { ChangeCause } from "@evenkeel/contracts";

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

/** The stages of the commit that caused what is live: corrections since then are no part of its way. Nothing of a commit that
 *  is not live yet, or whose run no fact tells of any more. */
export const timesOf = (unit: UnitRecord, cause: ChangeCause | undefined): UnitTimes => {
  const { desired, firstHealthy, live } = unit;
  if (!isDesiredLive(unit) || desired === undefined || live?.since === undefined) {
    return { commitToLiveMs: 0n, renderMs: 0n, applyMs: 0n, healthyMs: 0n };
  }
  const healthy = firstHealthy?.digest === desired.digest ? firstHealthy.at : undefined;
  const begin = cause?.observedAt;
  return {
    commitToLiveMs: between(begin, live.since),
    renderMs: between(begin, desired.renderedAt),
    applyMs: between(live.startedAt, live.since),
    healthyMs: between(live.since, healthy),
  };
};
