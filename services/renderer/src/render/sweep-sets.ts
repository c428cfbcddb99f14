import { keepSweeping, sweepBodies } from "@evenkeel/artifacts";
import type { Unneeded } from "@evenkeel/artifacts";
import type { Bus } from "@evenkeel/bus";
import { buckets } from "@evenkeel/contracts";
import type { Inventory } from "@evenkeel/contracts";
import type { Clock } from "@evenkeel/machine";
import type { Telemetry } from "@evenkeel/telemetry";

import { sweepRemoved } from "../plan/sweep-removed.ts";
import type { Units } from "../plan/watch-units.ts";

export interface SweepDeps {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly units: Units;
}

/** A remembered render saves work where the same is asked again soon. */
const REMEMBERED_MS = 7 * 24 * 3_600_000;

const hexOf = (digest: string): string => digest.replace(/^sha256:/, "");

/** Digests of sets that are desired, and of those that were applied last: an apply compares with the one before. */
const neededSets = async ({ bus, units }: SweepDeps, signal: AbortSignal): Promise<ReadonlySet<string>> => {
  const needed = new Set<string>();
  for (const { unit } of units.all()) {
    const desired = units.stored("desired", unit);
    if (desired !== undefined) needed.add(hexOf(desired.fact.digest));
  }
  const done = new AbortController();
  const onEntry = ({ value }: { readonly value: Inventory | undefined }): void => {
    if (value !== undefined) needed.add(hexOf(value.digest));
  };
  try {
    await bus.state(buckets.inventory).watch({}, { onEntry }, AbortSignal.any([signal, done.signal]));
  } finally {
    done.abort();
  }
  return needed;
};

/** What the sweep before left. */
export interface SweptSets {
  readonly sets: Unneeded;
  readonly renders: Unneeded;
}

export const nothingSwept: SweptSets = { sets: new Map(), renders: new Map() };

/** Collects rendered sets that no unit has or had last, at the second sweep that finds them so, and old remembered renders. */
export const sweepSets = async (deps: SweepDeps, before: SweptSets, signal: AbortSignal): Promise<SweptSets> => {
  const { bus } = deps;
  const needed = await neededSets(deps, signal);
  const rendered = bus.ownState(buckets.renderedSet);
  const sets = await sweepBodies(rendered, {}, ({ hex }) => needed.has(hex), before.sets, signal);
  const since = deps.clock.now().getTime() - REMEMBERED_MS;
  const isFresh = ({ of }: { readonly of: string }, at: Date): boolean =>
    of.startsWith("closure.") || at.getTime() >= since;
  const renders = await sweepBodies(bus.ownState(buckets.render), {}, isFresh, before.renders, signal);
  if (sets.removed + renders.removed > 0)
    deps.telemetry.log.info("rendered content collected", { sets: sets.removed, renders: renders.removed });
  return { sets: sets.unneeded, renders: renders.unneeded };
};

/** Collects while one lease is held. */
export const keepSwept = async (deps: SweepDeps, signal: AbortSignal): Promise<void> => {
  const { log } = deps.telemetry;
  let before = nothingSwept;
  const sweep = async (): Promise<void> => {
    before = await sweepSets(deps, before, signal);
    const removed = await sweepRemoved(deps, signal);
    if (removed > 0) log.info("units that were removed are no more on the bus", { units: removed });
  };
  await keepSweeping({ ...deps, log }, "rendered content", sweep, signal);
};
