import type { Bus } from "@evenkeel/bus";
import { Topology } from "@evenkeel/contracts";
import type { Telemetry } from "@evenkeel/telemetry";

import type { Clock } from "./clock.ts";
import { doubtOfBus } from "./core/doubt.ts";
import type { Projection } from "./projection.ts";

const LOOK_MS = 1_000;
const ANSWER_MS = 2_000;

/** Asks the bus for one small value again and again: a view that hears nothing cannot tell a quiet bus from a dead one.
 *  Runs until the signal ends; `serving` is told when the bus is lost and when it is back. */
export const followBus = async (
  deps: {
    readonly bus: Pick<Bus, "bucket">;
    readonly clock: Clock;
    readonly projection: Projection;
    readonly telemetry: Telemetry;
    readonly serving: (on: boolean) => void;
  },
  signal: AbortSignal,
): Promise<void> => {
  const { clock, projection, telemetry } = deps;
  const config = deps.bus.bucket("config", Topology);
  let answeredAt = clock.now();
  let isLost = false;
  const look = (): void => {
    const doubt = doubtOfBus(answeredAt, clock.now());
    projection.doubtAll(doubt);
    if ((doubt !== undefined) === isLost) return;
    isLost = doubt !== undefined;
    deps.serving(!isLost);
    if (doubt === undefined) telemetry.log.info("the bus answers again");
    else telemetry.log.error("the bus is lost", { reason: doubt.reason.message });
  };
  const ask = async (): Promise<void> => {
    const enough = new AbortController();
    clock.sleep(ANSWER_MS, AbortSignal.any([signal, enough.signal])).then(
      () => enough.abort(new Error("no answer")),
      () => undefined,
    );
    try {
      await config.get("topology", AbortSignal.any([signal, enough.signal]));
      answeredAt = clock.now();
    } catch {
      // Told by the time that has passed.
    } finally {
      enough.abort();
    }
  };
  while (!signal.aborted) {
    await ask();
    look();
    await clock.sleep(LOOK_MS, signal);
  }
};
