import { createListeners } from "@evenkeel/async";
import type { NatsConnection } from "@nats-io/nats-core";

import { isRefusal } from "./refused-key.ts";

/** What happens to one connection, watched once for all who care. */
export interface ConnectionWatch {
  /** 0 for the first server process; rises with each other one behind a reconnection (on one replica only). */
  generation(): number;
  /** Why there is none between the loss of a connection and the next one. */
  whyDown(): string | undefined;
  /** Runs after each rise: the new process may have lost its last unsynced writes. */
  onNewServer(changed: () => void): Disposable;
  /** Runs after each reconnection, to whatever server. */
  onReconnect(changed: () => void): Disposable;
}

/** Watches until the connection is closed. A server's id changes with each of its starts; on three replicas that loses nothing. */
export const watchConnection = (nc: NatsConnection, singleReplica: boolean): ConnectionWatch => {
  const newServer = createListeners();
  const reconnect = createListeners();
  let generation = 0;
  let whyDown: string | undefined;
  let server = nc.info?.server_id;
  const follow = async (): Promise<void> => {
    for await (const status of nc.status()) {
      const { type } = status;
      if (type === "disconnect" || type === "staleConnection") whyDown ??= "no connection to a server";
      if (type === "error" && isRefusal(status.error)) whyDown = "it refuses the key of this process";
      if (type !== "reconnect") continue;
      whyDown = undefined;
      const isNew = singleReplica && nc.info?.server_id !== server;
      server = nc.info?.server_id;
      if (isNew) generation++;
      reconnect.tell();
      if (isNew) newServer.tell();
    }
  };
  follow().catch(() => {});
  return {
    generation: () => generation,
    whyDown: () => whyDown,
    onNewServer: (changed) => newServer.add(changed),
    onReconnect: (changed) => reconnect.add(changed),
  };
};
