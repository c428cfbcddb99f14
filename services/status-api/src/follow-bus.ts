import type { Bus, BusState } from "@evenkeel/bus";

import { doubtOfBus } from "./core/doubt.ts";
import type { Projection } from "./projection.ts";

/** A view that hears nothing cannot tell a quiet bus from a dead one: while the bus is lost all is in doubt, and `serving`
 *  is told. Until the signal ends. */
export const followBus = (
  {
    bus,
    projection,
    serving,
  }: {
    readonly bus: Pick<Bus, "onState" | "state">;
    readonly projection: Projection;
    readonly serving: (on: boolean) => void;
  },
  signal: AbortSignal,
): void => {
  const tell = ({ lostSince }: BusState): void => {
    projection.doubtAll(lostSince === undefined ? undefined : doubtOfBus(lostSince));
    serving(lostSince === undefined);
  };
  bus.onState(tell, signal);
  tell(bus.state());
};
