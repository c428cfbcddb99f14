import { flows } from "@evenkeel/contracts";

import { isSettled } from "../core/plan/is-settled.ts";
import type { SweepDeps } from "../render/sweep-sets.ts";

/**
 * Takes the tombstones that have nothing left to tell out of DESIRED: else every unit that ever was takes its place there
 * for good. The request that it answered has left RENDERS by then. What is purged lies below a sequence, so that a unit that is made again meanwhile keeps its desired. Resolves to
 * how many units went.
 */
export const sweepRemoved = async ({ bus, clock, units }: SweepDeps, signal: AbortSignal): Promise<number> => {
  let gone = 0;
  for (const { unit } of units.all()) {
    if (units.stored("desired", unit)?.fact.removed !== true) continue;
    const tokens = { "unit.cluster": unit.cluster, "unit.app": unit.app };
    const tombstone = await bus.readLast(flows.desiredStateChanged, tokens, signal);
    if (tombstone === undefined) continue;
    const applied = await bus.readLast(flows.applyFinished, tokens, signal);
    if (!isSettled(tombstone, applied?.fact, clock.now())) continue;
    const end = tombstone.sequence + 1;
    await bus.purgeBefore(flows.renderFailed, tokens, end, signal);
    await bus.purgeBefore(flows.desiredStateChanged, tokens, end, signal);
    gone += 1;
  }
  return gone;
};
