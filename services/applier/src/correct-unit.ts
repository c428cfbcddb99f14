import type { Outcome } from "@evenkeel/bus";
import { done, wait } from "@evenkeel/bus";
import { ApplyCause } from "@evenkeel/contracts";
import type { DriftDetected } from "@evenkeel/contracts";

import { admit, haltNaming } from "./admit.ts";
import { correctDrift } from "./correct-drift.ts";
import type { Deps } from "./deps.ts";
import { unitKey } from "./held-partition.ts";
import type { Desired, HeldPartition } from "./held-partition.ts";
import { RunHalted } from "./run-halted.ts";
import { stage } from "./stages.ts";
import { LeaseLost, StateMoved } from "./write-refused.ts";

/** Puts back what a detector found, as far as it still holds: same object, same record, same desired. */
export const correctUnit = async (
  deps: Deps,
  held: HeldPartition,
  desired: Desired,
  fact: DriftDetected,
  signal: AbortSignal,
): Promise<Outcome> =>
  held.locks.run(unitKey(desired.unit), desired.cause, signal, async (running) => {
    try {
      const run = await admit(deps, held, desired, ApplyCause.DRIFT, running);
      if (run.unanchored !== undefined) throw await haltNaming(deps.bus, run.unanchored, desired.unit.cluster);
      return await stage(run, "correct", () => correctDrift(run, fact), { traceId: fact.traceId });
    } catch (thrown) {
      const error = await haltNaming(deps.bus, thrown, desired.unit.cluster);
      if (error instanceof RunHalted) return error.again ? wait(10_000, error.message) : done;
      if (error instanceof LeaseLost) return wait(1_000, error.message);
      if (error instanceof StateMoved) return wait(100, error.message);
      if (running.aborted) return wait(100, "stopped before the end");
      throw error;
    }
  });
