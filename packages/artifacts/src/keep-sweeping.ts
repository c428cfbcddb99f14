import type { Bus } from "@evenkeel/bus";
import type { Logger } from "@evenkeel/telemetry";

/** What the pace of sweeps goes by. */
export interface SweepPace {
  readonly bus: Pick<Bus, "storeLevels">;
  readonly clock: { monotonic(): number; sleep(ms: number, signal: AbortSignal): Promise<void> };
  readonly log: Logger;
}

const USUALLY_MS = 6 * 3_600_000;
/** Longer than a body that lies there is trusted to stay, with time left to say that it is needed. */
const UNDER_PRESSURE_MS = 20 * 60_000;
const PRESSURE_AT = 0.7;

/** Sweeps bodies while one lease is held: seldom, and as often as is safe while their store is nearly full. */
export const keepSweeping = async (
  { bus, clock, log }: SweepPace,
  what: string,
  sweep: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> => {
  let sweptAt = Number.NEGATIVE_INFINITY;
  while (!signal.aborted) {
    await clock.sleep(UNDER_PRESSURE_MS, signal).catch(() => undefined);
    if (signal.aborted) return;
    try {
      const blobs = (await bus.storeLevels(signal)).find(({ store }) => store === "blobs");
      const isPressed = blobs !== undefined && blobs.bytes >= PRESSURE_AT * blobs.maxBytes;
      if (!isPressed && clock.monotonic() - sweptAt < USUALLY_MS) continue;
      await sweep();
      sweptAt = clock.monotonic();
    } catch (error) {
      if (!signal.aborted) log.warn(`${what} was not collected`, { error });
    }
  }
};
