import { createLanes } from "@evenkeel/async";

import type { DetectorDeps } from "../deps.ts";
import type { Tracked, TrackedUnit } from "../track/tracked.ts";
import { tellDrift } from "./tell-drift.ts";
import { tellHealth } from "./tell-health.ts";

/** When what is known of units is published. */
export interface Telling {
  /** Something told about the unit may have changed. */
  readonly mark: (unit: TrackedUnit) => void;
  /** Its drift is told at once. */
  drifted(unit: TrackedUnit): void;
  /** All that there was has been taken in: what is marked is told from now on. */
  begin(): void;
}

/** What is known of the watches. */
export interface Watched {
  /** Whether the kind of each object was listed, or found to be unwatchable. */
  isSettled(unit: TrackedUnit): boolean;
  /** Why an object cannot be watched; "" while it can. */
  readonly blindOf: (tracked: Tracked) => string;
}

/** Health is told at most this often, so that a rollout is not told pod by pod. */
const PACE_MS = 50;
const LATER_MS = 1_000;
/** A kind that is not listed by then holds up no word about its units any longer. */
const SETTLE_MS = 5_000;
const RETRY_MS = 1_000;

export const openTelling = (deps: DetectorDeps, watched: Watched, signal: AbortSignal): Telling => {
  const { clock, log } = deps;
  const marked = new Set<TrackedUnit>();
  const later = new Set<TrackedUnit>();
  const telling = createLanes<TrackedUnit>();
  const unsettledSince = new Map<TrackedUnit, number>();
  let hasBegun = false;
  let pacing: Promise<void> | undefined;

  /** A unit is told once its own kinds were listed; one that is not answered holds it up for a moment only. */
  const isUnsettled = (unit: TrackedUnit): boolean => {
    if (watched.isSettled(unit)) {
      unsettledSince.delete(unit);
      return false;
    }
    const now = clock.monotonic();
    const since = unsettledSince.get(unit) ?? now;
    unsettledSince.set(unit, since);
    return now - since < SETTLE_MS;
  };

  /** One publication a unit at a time; what changed meanwhile is told by the next. */
  const inTurn = (unit: TrackedUnit, tell: () => Promise<void>): void => {
    const told = telling.run(unit, () =>
      tell().catch(async (error: unknown) => {
        if (signal.aborted) return;
        log.warn("a fact could not be published", { unit: unit.unit.app, error });
        await clock.sleep(RETRY_MS, signal);
        mark(unit);
      }),
    );
    told.catch(() => undefined); // at the end
  };
  /** One timer for all units that are in the midst of a run. */
  const lookLater = (unit: TrackedUnit): void => {
    const isFirst = later.size === 0;
    later.add(unit);
    if (!isFirst) return;
    void clock.sleep(LATER_MS, signal).then(
      () => {
        const units = [...later];
        later.clear();
        for (const each of units) mark(each);
      },
      () => undefined,
    );
  };
  const flush = async (): Promise<void> => {
    await clock.sleep(PACE_MS, signal);
    pacing = undefined;
    const units = [...marked];
    marked.clear();
    for (const unit of units) {
      if (isUnsettled(unit)) {
        lookLater(unit);
        continue;
      }
      inTurn(unit, async () => {
        await tellDrift(deps, unit);
        if ((await tellHealth(deps, unit, watched.blindOf)) === "later") lookLater(unit);
      });
    }
  };
  const pace = (): void => {
    if (!hasBegun || signal.aborted) return;
    pacing ??= flush().catch((error: unknown) => {
      if (!signal.aborted) log.error("publishing stopped", { error });
    });
  };
  const mark = (unit: TrackedUnit): void => {
    marked.add(unit);
    pace();
  };
  return {
    mark,
    drifted: (unit) => {
      if (hasBegun) inTurn(unit, () => tellDrift(deps, unit));
    },
    begin: () => {
      hasBegun = true;
      pace();
    },
  };
};
