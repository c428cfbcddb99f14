import { BusConflict, takeSeq } from "@evenkeel/bus";
import type { Bus } from "@evenkeel/bus";
import { ToolSet } from "@evenkeel/contracts";

/**
 * Gives this renderer's set of tools a number above `floor`, if it has none already. With one replica of the renderer
 * the newest process rules; a renderer with another set then renders nothing.
 */
export const numberTools = async (bus: Bus, digest: string, floor: bigint, signal: AbortSignal): Promise<void> => {
  const tips = bus.bucket("tips", ToolSet);
  for (;;) {
    const stored = await tips.get("tools", signal);
    if (stored?.value?.digest === digest && stored.value.seq > floor) return;
    const seq = await takeSeq(bus, signal);
    try {
      await tips.update("tools", { digest, seq }, stored?.revision ?? 0, signal);
      return;
    } catch (error) {
      if (!(error instanceof BusConflict)) throw error;
    }
  }
};

/** Follows which set of tools is the numbered one; resolves once it is known. */
export const watchTools = async (bus: Bus, signal: AbortSignal): Promise<() => ToolSet | undefined> => {
  let numbered: ToolSet | undefined;
  const onEntry = ({ value }: { readonly value: ToolSet | undefined }): void => {
    numbered = value;
  };
  const onReset = (): void => {
    numbered = undefined;
  };
  await bus.bucket("tips", ToolSet).watch("tools", { onEntry, onReset }, signal);
  return () => numbered;
};
