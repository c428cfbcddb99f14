import { BusConflict, takeSeq } from "@evenkeel/bus";
import type { Bus } from "@evenkeel/bus";
import { ToolSet } from "@evenkeel/contracts";

/**
 * Gives this renderer's set of tools a number, if it is not the numbered one already; resolves to its seq. With one
 * replica of the renderer the newest process rules.
 */
export const numberTools = async (bus: Bus, digest: string, signal: AbortSignal): Promise<bigint> => {
  const tips = bus.bucket("tips", ToolSet);
  for (;;) {
    const stored = await tips.get("tools", signal);
    if (stored?.value?.digest === digest) return stored.value.seq;
    const seq = await takeSeq(bus, signal);
    try {
      await tips.update("tools", { digest, seq }, stored?.revision ?? 0, signal);
      return seq;
    } catch (error) {
      if (!(error instanceof BusConflict)) throw error;
    }
  }
};
