import { backOff } from "@evenkeel/async";
import type { Rng } from "@evenkeel/machine";
import type { NodeConnectionOptions } from "@nats-io/transport-node";
import type { NatsConnection } from "@nats-io/nats-core";

import { BusRefused, BusUnavailable } from "../bus-errors.ts";
import { coalesceWrites } from "./coalesce-writes.ts";
import { wordsOf } from "./explain-failure.ts";
import type { BusPorts } from "./ports.ts";
import { isRefusal } from "./refused-key.ts";
import type { Signer } from "../trust/service-key.ts";

/** Files of the mutual TLS of a production install. */
export interface BusTls {
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
}

export interface Dial {
  readonly servers: readonly string[];
  /** Connection name, such as `applier/5b0c`. */
  readonly name: string;
  readonly inboxPrefix: string;
  readonly signer: Signer;
  readonly tls?: BusTls;
}

/**
 * Between two tries. The client reckons by the date whether its wait is over, and a date that was set back by an hour keeps
 * it off the bus for an hour: so who has waited once goes, whatever the date.
 */
const reconnectDelays = (rng: Rng): (() => number) => {
  let hasWaited = true;
  return () => {
    hasWaited = !hasWaited;
    return hasWaited ? -Infinity : 250 + 1000 * rng.chance();
  };
};

const utf8 = new TextEncoder();

/** A new object each time: the client writes into its argument. */
export const connectionOptions = (
  { servers, name, inboxPrefix, signer, tls }: Dial,
  rng: Rng,
): NodeConnectionOptions => ({
  servers: [...servers],
  name,
  inboxPrefix,
  maxReconnectAttempts: -1,
  reconnectDelayHandler: reconnectDelays(rng),
  pingInterval: 5000,
  maxPingOut: 2,
  // Not waitOnFirstConnect: it tries for ever, also with a key that the server refuses.
  // A stack trace kept for each request is 7 % of its cost.
  noAsyncTraces: true,
  // A server that restarts with other users for a moment must not end the process.
  ignoreAuthErrorAbort: true,
  authenticator: (nonce?: string) => ({
    nkey: signer.publicKey,
    sig: Buffer.from(signer.sign(utf8.encode(nonce ?? ""))).toString("base64url"),
  }),
  ...(tls === undefined ? {} : { tls: { caFile: tls.caFile, certFile: tls.certFile, keyFile: tls.keyFile } }),
});

/** Connects; tries for at most `timeoutMs` while nobody answers. A refused key is BusRefused at once. */
export const dial = async (
  options: Dial,
  { dial: open, clock, rng }: Required<BusPorts>,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<NatsConnection> => {
  const where = options.servers.join(", ");
  const end = clock.monotonic() + timeoutMs;
  for (let attempt = 0; ; attempt++) {
    signal?.throwIfAborted();
    try {
      const nc = await open(connectionOptions(options, rng));
      coalesceWrites(nc);
      return nc;
    } catch (error) {
      if (isRefusal(error)) {
        const who = `${options.name} with key ${options.signer.publicKey}`;
        throw new BusRefused(`bus ${where} refused ${who}: ${error.message}`, { cause: error });
      }
      if (clock.monotonic() > end) {
        throw new BusUnavailable(`bus ${where} did not answer ${options.name}: ${wordsOf(error)}`, { cause: error });
      }
    }
    await clock.sleep(backOff({ first: 100, most: 2000 }, attempt, rng.chance()), signal);
  }
};
