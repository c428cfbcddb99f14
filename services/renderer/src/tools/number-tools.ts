import { BusConflict, takeSeq } from "@evenkeel/bus";
import type { Bus } from "@evenkeel/bus";
import { buckets } from "@evenkeel/contracts";
import type { ToolSet } from "@evenkeel/contracts";

/**
 * Gives this renderer's set of tools a number above `floor`, if it has none already. Another set that is numbered stays,
 * unless it is the one to replace: as long as a live renderer has it, that one renders.
 */
export const numberTools = async (
  bus: Bus,
  digest: string,
  floor: bigint,
  signal: AbortSignal,
  { replace }: { readonly replace?: string | undefined } = {},
): Promise<void> => {
  const tools = bus.ownState(buckets.toolSet);
  for (;;) {
    const stored = await tools.get({}, signal);
    const { digest: numbered, seq: last } = stored?.value ?? { digest: undefined, seq: 0n };
    if (numbered === digest && last > floor) return;
    if (numbered !== undefined && numbered !== digest && numbered !== replace) return;
    const seq = await takeSeq(bus, signal);
    try {
      await tools.update({}, { digest, seq }, stored?.revision ?? 0, signal);
      return;
    } catch (error) {
      if (!(error instanceof BusConflict)) throw error;
    }
  }
};

/** Follows which set of tools is the numbered one; resolves once it is known. */
export const watchTools = async (bus: Bus, signal: AbortSignal): Promise<() => ToolSet | undefined> => {
  let numbered: ToolSet | undefined;
  let seen: ToolSet | undefined;
  const tell = ({ value }: { readonly value: ToolSet | undefined }): void => {
    seen = value;
    numbered = value ?? numbered;
  };
  const handlers = {
    onEntry: tell,
    onReset: () => {
      seen = undefined;
    },
    // What a replay does not bring is gone; until its end the last word counts.
    onCaughtUp: () => {
      numbered = seen;
    },
  };
  await bus.state(buckets.toolSet).watch({}, handlers, signal);
  return () => numbered;
};
