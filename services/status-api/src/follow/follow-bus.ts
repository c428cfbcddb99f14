import type { Bus, Liveness } from "@evenkeel/bus";

import { doubtOfBus } from "../core/doubt.ts";
import type { Projection } from "./projection.ts";

/** A view that hears nothing cannot tell a quiet bus from a dead one: while the bus is lost all is in doubt, and `serving`
 *  is told. Until the signal ends. */
export const followBus = (
  {
    bus,
    projection,
    serving,
  }: {
    readonly bus: Pick<Bus, "liveness" | "onLiveness">;
    readonly projection: Projection;
    readonly serving: (on: boolean) => void;
  },
  signal: AbortSignal,
): void => {
  const tell = ({ lostSince }: Liveness): void => {
    projection.doubtAll(lostSince === undefined ? undefined : doubtOfBus(lostSince));
    serving(lostSince === undefined);
  };
  bus.onLiveness(tell, signal);
  tell(bus.liveness());
};
