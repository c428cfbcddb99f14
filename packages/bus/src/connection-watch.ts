import type { NatsConnection } from "@nats-io/nats-core";

import { isRefusal } from "./refused-key.ts";

/** What happens to one connection, watched once for all who care. */
export interface ConnectionWatch {
  /** 0 for the first server process; rises with each other one behind a reconnection (on one replica only). */
  generation(): number;
  /** Why there is none between the loss of a connection and the next one. */
  whyDown(): string | undefined;
  /** Runs after each rise: the new process may have lost its last unsynced writes. Returns how to stop it. */
  onNewServer(changed: () => void): () => void;
  /** Runs after each reconnection, to whatever server. Returns how to stop it. */
  onReconnect(changed: () => void): () => void;
}

/** Watches until the connection is closed. A server's id changes with each of its starts; on three replicas that loses nothing. */
export const watchConnection = (nc: NatsConnection, singleReplica: boolean): ConnectionWatch => {
  const newServer = new Set<() => void>();
  const reconnect = new Set<() => void>();
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
      for (const listener of [...reconnect, ...(isNew ? newServer : [])]) listener();
    }
  };
  follow().catch(() => {});
  const listen = (listeners: Set<() => void>, listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  return {
    generation: () => generation,
    whyDown: () => whyDown,
    onNewServer: (changed) => listen(newServer, changed),
    onReconnect: (changed) => listen(reconnect, changed),
  };
};
