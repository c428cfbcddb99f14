import type { Rng } from "@evenkeel/machine";

import { type Connection, type ConnectionContext, createConnection } from "./connection.ts";
import { createLink, type Deliver, type Link, type LinkEnd } from "./link.ts";

/** One server process, as clients know it: its address, its id, and whether it is there. */
export interface Node {
  readonly url: string;
  readonly port: number;
  readonly isUp: boolean;
  readonly connections: readonly Connection[];
  accept(clientName: string, end: LinkEnd): Link;
  /** Without a goodbye: all connections are cut, and nobody listens. */
  kill(): void;
  /** Another process listens at the same address. */
  start(): void;
}

const VERSION = "2.15.1";
const FIRST_PORT = 4222;

export const urlOf = (index: number): string => `nats://127.0.0.1:${FIRST_PORT + index}`;

const newId = (rng: Rng): string => `N${Buffer.from(rng.bytes(28)).toString("hex").slice(0, 55).toUpperCase()}`;

export const createNode = (
  { index, count, rng, deliver, isOpen }: NodeOptions,
  context: Omit<ConnectionContext, "info" | "onClosed">,
): Node => {
  const connections = new Set<Connection>();
  const name = `nats-${index}`;
  const port = FIRST_PORT + index;
  let id = newId(rng);
  let isUp = true;
  let clients = 0;
  const info = (): Readonly<Record<string, unknown>> => ({
    server_id: id,
    server_name: name,
    version: VERSION,
    proto: 1,
    host: "127.0.0.1",
    port,
    headers: true,
    auth_required: !isOpen,
    max_payload: 1_048_576,
    jetstream: true,
    client_id: ++clients,
    client_ip: "127.0.0.1",
    nonce: Buffer.from(rng.bytes(11)).toString("base64url"),
    ...(count > 1
      ? { connect_urls: Array.from({ length: count }, (_unused, n) => `127.0.0.1:${FIRST_PORT + n}`) }
      : {}),
  });
  return {
    url: urlOf(index),
    port,
    get isUp() {
      return isUp;
    },
    get connections() {
      return [...connections];
    },
    accept(clientName, end) {
      if (!isUp) throw new Error(`nobody listens at ${urlOf(index)}`);
      const connection = createConnection(
        { ...context, info, onClosed: (closed) => void connections.delete(closed) },
        clientName,
      );
      const link = createLink(deliver, { client: clientName, server: name }, end, connection.end);
      connections.add(connection);
      connection.open(link);
      return link;
    },
    kill() {
      isUp = false;
      for (const connection of connections) connection.cut();
    },
    start() {
      id = newId(rng);
      isUp = true;
    },
  };
};

export interface NodeOptions {
  readonly index: number;
  readonly count: number;
  readonly rng: Rng;
  readonly deliver: Deliver;
  /** Everybody comes in. */
  readonly isOpen: boolean;
}
