import type { Bus, Outcome } from "@evenkeel/bus";

import { endNaming, endOf } from "./end-of-error.ts";
import { unitKey } from "../partition/partition.ts";
import type { Desired, Partition } from "../partition/partition.ts";
import type { RunHalted } from "./run-halted.ts";

/**
 * Works on a unit once no other work on it is going. A stop of the process or of the lease ends it without a word: the message
 * comes again to whoever goes on.
 */
export const inTurn = async (
  partition: Partition,
  { unit, cause }: Desired,
  signal: AbortSignal,
  work: (running: AbortSignal) => Promise<Outcome>,
): Promise<Outcome> =>
  partition.lanes.run(unitKey(unit), cause, signal, async (running) => {
    try {
      return await work(running);
    } catch (error) {
      const end = endOf(error, { cluster: unit.cluster, stopped: running.aborted });
      if (end.kind === "left") return end.outcome;
      throw error;
    }
  });

/** What work comes to, also where an error halts it. */
export const orHalted = async <T>(
  bus: Pick<Bus, "birth">,
  cluster: string,
  work: () => Promise<T>,
  halted: (halt: RunHalted) => T,
): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    const end = await endNaming(bus, error, { cluster });
    if (end.kind === "halted") return halted(end.halt);
    throw error;
  }
};
