import { raiseSeq, readSeq } from "@evenkeel/bus";
import type { AnchorsRead } from "@evenkeel/contracts";

import type { Deps } from "./deps.ts";

/** A larger raise is no lost memory but a fault: it is left to a person. */
export const LARGEST_RAISE = 1_000_000n;

/** A cluster knows numbers that the counter has not reached: the bus was lost, and numbers go on above them. */
export const onAnchorsRead = async (
  { bus, telemetry }: Pick<Deps, "bus" | "telemetry">,
  { cluster, seq }: AnchorsRead,
  signal: AbortSignal,
): Promise<void> => {
  try {
    const { last } = await readSeq(bus, signal);
    if (seq <= last) return;
    if (seq - last > LARGEST_RAISE) {
      telemetry.log.error("a cluster knows a seq that is too far ahead", { cluster, seq: String(seq) });
      return;
    }
    telemetry.log.warn("the bus has lost its memory, numbers go on above those of a cluster", {
      cluster,
      seq: String(seq),
    });
    await raiseSeq(bus, seq, signal);
  } catch (error) {
    if (!signal.aborted) telemetry.log.error("numbers were not raised", { cluster, seq: String(seq), error });
  }
};
