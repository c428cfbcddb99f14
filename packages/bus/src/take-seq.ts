import { SeqCounter } from "@evenkeel/contracts";

import { BusConflict } from "./bus-errors.ts";
import type { Bus } from "./port.ts";

/**
 * Takes the next number of the one counter of the installation (bucket `tips`, key `seq`) by compare-and-set; the first
 * is 1. `atLeast`: the number is not below it, after a cluster has seen a higher one than the bus knows.
 */
export const takeSeq = async (
  bus: Pick<Bus, "bucket">,
  signal: AbortSignal,
  { atLeast = 1n }: { readonly atLeast?: bigint } = {},
): Promise<bigint> => {
  const tips = bus.bucket("tips", SeqCounter);
  for (;;) {
    const stored = await tips.get("seq", signal);
    const next = (stored?.value?.last ?? 0n) + 1n;
    const last = next > atLeast ? next : atLeast;
    try {
      await tips.update("seq", { last }, stored?.revision ?? 0, signal);
      return last;
    } catch (error) {
      if (!(error instanceof BusConflict)) throw error; // somebody else took a number in between
    }
  }
};
