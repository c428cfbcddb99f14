import type { JetStreamClient, JetStreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/nats-core";
import type { Machine } from "@evenkeel/machine";
import type { Logger } from "@evenkeel/telemetry";

import type { ConnectionWatch } from "./connection-watch.ts";
import type { Requests } from "./requests.ts";
import type { Seal } from "../state/seal.ts";

/** One connection with its JetStream clients, and the machine it is on: what all parts of this package work on. */
export interface Wire extends Machine {
  readonly nc: NatsConnection;
  readonly js: JetStreamClient;
  readonly jsm: JetStreamManager;
  readonly requests: Requests;
  readonly log: Logger;
  /** Signs the values of buckets, and checks them. */
  readonly seal: Seal;
  /** Streams have one replica: what was acknowledged may be lost with the server process. */
  readonly singleReplica: boolean;
  readonly connection: ConnectionWatch;
}
