import { type Clock, type Rng, systemClock, systemRng } from "@evenkeel/machine";
import type { NatsConnection } from "@nats-io/nats-core";
import { connect, type NodeConnectionOptions } from "@nats-io/transport-node";

/** All that the bus reaches of the world; a simulation gives its own. */
export interface BusPorts {
  /** Opens one connection to a server; over TCP unless given. */
  readonly dial?: (options: NodeConnectionOptions) => Promise<NatsConnection>;
  /** The machine's unless given. */
  readonly clock?: Clock;
  /** The machine's unless given. */
  readonly rng?: Rng;
}

/** The given ones, and the real ones for the rest. */
export const portsOf = ({ dial = connect, clock = systemClock, rng = systemRng }: BusPorts): Required<BusPorts> => ({
  dial,
  clock,
  rng,
});
