import type { Bus, StoreLevel } from "@evenkeel/bus";
import type { Reason } from "@evenkeel/contracts";
import type { Clock } from "@evenkeel/machine";
import { createMetrics } from "@evenkeel/telemetry";
import type { Telemetry } from "@evenkeel/telemetry";

import { fillOf, storeWarnings } from "../core/store-warnings.ts";

/** What is wrong with the stores of the bus, as of the last look. */
export interface Stores {
  warnings(): readonly Reason[];
}

const EVERY_MS = 30_000;

/** Looks how full the stores of the bus are, until the signal ends: a metric always, a log line when it changes. */
export const followStores = (
  {
    bus,
    clock,
    telemetry,
  }: { readonly bus: Pick<Bus, "storeLevels">; readonly clock: Clock; readonly telemetry: Telemetry },
  signal: AbortSignal,
): Stores => {
  let levels: readonly StoreLevel[] = [];
  let warnings: readonly Reason[] = [];
  const storeOf = ({ message }: Reason): string => message.slice(0, message.indexOf(" "));
  createMetrics(telemetry.meter).storeFill.observe(function* () {
    for (const level of levels) yield { value: fillOf(level), labels: { store: level.store } };
  });
  const look = async (): Promise<void> => {
    levels = await bus.storeLevels(signal);
    const before = new Set(warnings.map(storeOf));
    warnings = storeWarnings(levels);
    for (const { message, remedy } of warnings)
      if (!before.delete(storeOf({ code: "", message, remedy })))
        telemetry.log.warn("store is nearly full", { message, remedy });
    for (const store of before) telemetry.log.info("store has room again", { store });
  };
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      await look().catch((error: unknown) => telemetry.log.debug("stores were not looked at", { error }));
      await clock.sleep(EVERY_MS, signal);
    }
  };
  run().catch(() => undefined);
  return { warnings: () => warnings };
};
