import { deferred, type NatsConnection } from "@nats-io/nats-core";
import { NatsConnectionImpl, ProtocolHandler, type Transport } from "@nats-io/nats-core/internal";
import type { NodeConnectionOptions } from "@nats-io/transport-node";

import { createTransport } from "./wire/client-transport.ts";
import type { SimulatedNats } from "./server.ts";

/** What the client keeps to itself of how it begins each connection: its own way asks one factory for the whole process. */
interface Insides {
  prepare: () => Promise<void>;
  info: unknown;
  pongs: Promise<void>[];
  connectError: ((error?: Error) => void) | undefined;
  connected: boolean;
  lastError?: Error;
  transport: Transport | undefined;
  resetOutbound(): void;
  isClosed(): boolean;
  disconnected(error?: Error): Promise<void>;
}

/** The client makes it itself, and always with its own way to connect. */
const Connection = NatsConnectionImpl as unknown as new (options: NodeConnectionOptions) => NatsConnectionImpl;

/** Connects the real client to a simulated server, again after each loss; connections to real servers are left alone. */
export const simulatedDial =
  (server: SimulatedNats) =>
  async (options: NodeConnectionOptions): Promise<NatsConnection> => {
    const connection = new Connection({ ...options, resolve: false });
    const handler = new ProtocolHandler(connection.options, connection);
    const insides = handler as unknown as Insides;
    insides.prepare = () => {
      insides.transport?.discard();
      insides.info = undefined;
      insides.resetOutbound();
      const pong = deferred<void>();
      pong.catch(() => {});
      insides.pongs.unshift(pong);
      insides.connectError = (error) => pong.reject(error);
      const transport = createTransport(server.accept);
      insides.transport = transport;
      void transport.closed().then(async () => {
        insides.connected = false;
        if (!insides.isClosed()) await insides.disconnected(transport.closeError ?? insides.lastError);
      });
      return pong;
    };
    await handler.dialLoop();
    connection.protocol = handler;
    return connection as NatsConnection;
  };
