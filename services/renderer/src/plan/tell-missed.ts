import type { Bus } from "@evenkeel/bus";
import { flows } from "@evenkeel/contracts";
import type { Clock } from "@evenkeel/machine";
import type { Telemetry } from "@evenkeel/telemetry";

/** Whoever has the object may be away for a moment: it is asked for again, and not at each try of each unit. */
const AGAIN_MS = 10_000;
const MOST_KEPT = 1000;

/** Tells of Git objects that should be stored and are not; the source-watcher stores them again. */
export const tellMissed = (
  { bus, clock, telemetry }: { readonly bus: Bus; readonly clock: Clock; readonly telemetry: Telemetry },
  signal: AbortSignal,
): ((oid: string) => void) => {
  const toldAt = new Map<string, number>();
  return (oid) => {
    const now = clock.now().getTime();
    if (now - (toldAt.get(oid) ?? -Infinity) < AGAIN_MS) return;
    if (toldAt.size >= MOST_KEPT) toldAt.clear();
    toldAt.set(oid, now);
    telemetry.log.warn("git object is missing or damaged, and asked for", { oid });
    bus.publish(flows.objectMissed, { oid, atMs: BigInt(now) }, { signal }).catch((error: unknown) => {
      if (!signal.aborted) telemetry.log.warn("a missing git object was not asked for", { oid, error });
    });
  };
};
