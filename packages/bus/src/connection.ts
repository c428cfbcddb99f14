import { connect, type NodeConnectionOptions } from "@nats-io/transport-node";
import type { NatsConnection } from "@nats-io/nats-core";

import { BusUnavailable } from "./bus-errors.ts";
import type { Signer } from "./service-key.ts";

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

const utf8 = new TextEncoder();

/** A new object each time: the client writes into its argument. */
export const connectionOptions = ({ servers, name, inboxPrefix, signer, tls }: Dial): NodeConnectionOptions => ({
  servers: [...servers],
  name,
  inboxPrefix,
  maxReconnectAttempts: -1,
  reconnectTimeWait: 250,
  reconnectJitter: 1000,
  reconnectJitterTLS: 1000,
  pingInterval: 5000,
  maxPingOut: 2,
  waitOnFirstConnect: true,
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

/** Connects, for at most `timeoutMs`; a refusal of the key ends at once. */
export const dial = async (options: Dial, timeoutMs: number, signal?: AbortSignal): Promise<NatsConnection> => {
  const limit = AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal === undefined ? [] : [signal])]);
  const attempt = connect(connectionOptions(options));
  const gaveUp = new Promise<never>((_resolve, reject) => {
    limit.addEventListener(
      "abort",
      () => reject(new BusUnavailable(`bus ${options.servers.join(", ")} did not answer within ${timeoutMs} ms`)),
      { once: true },
    );
  });
  try {
    return await Promise.race([attempt, gaveUp]);
  } catch (error) {
    attempt.then((connection) => connection.close()).catch(() => {});
    if (error instanceof BusUnavailable) throw error;
    throw new BusUnavailable(
      `bus ${options.servers.join(", ")} refused ${options.name}: ${String((error as Error).message)}`,
      { cause: error },
    );
  }
};
