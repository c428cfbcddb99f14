import type { Outcome } from "@evenkeel/bus";
import { done, wait } from "@evenkeel/bus";
import { ApplyCause } from "@evenkeel/contracts";
import type { DriftDetected } from "@evenkeel/contracts";

import { admit } from "./admit.ts";
import { correctDrift } from "./correct-drift.ts";
import type { Deps } from "./deps.ts";
import { endNaming } from "./end-of-error.ts";
import { unitKey } from "./held-partition.ts";
import type { Desired, HeldPartition } from "./held-partition.ts";
import { stage } from "./stages.ts";

/** Puts back what a detector found, as far as it still holds: same object, same record, same desired. */
export const correctUnit = async (
  deps: Deps,
  held: HeldPartition,
  desired: Desired,
  fact: DriftDetected,
  signal: AbortSignal,
): Promise<Outcome> =>
  held.lanes.run(unitKey(desired.unit), desired.cause, signal, async (running) => {
    try {
      const run = await admit(deps, held, desired, ApplyCause.DRIFT, running);
      if (run.unanchored !== undefined) throw run.unanchored;
      return await stage(run, "correct", () => correctDrift(run, fact), { traceId: fact.traceId });
    } catch (error) {
      const { cluster } = desired.unit;
      const end = await endNaming(deps.bus, error, { cluster, stopped: running.aborted });
      if (end.kind === "halted") return end.halt.again ? wait(10_000, end.halt.message) : done;
      if (end.kind === "left") return end.outcome;
      throw error;
    }
  });
