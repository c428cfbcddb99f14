import type { NatsConnection } from "@nats-io/nats-core";

/** Counts the server processes we have met on one replica: each new one may have lost its last unsynced writes. */
export interface ServerWatch {
  /** 0 for the first server; rises with each other process behind a reconnection. */
  generation(): number;
  /** Runs `changed` after each rise, until the returned function is called. */
  onChange(changed: () => void): () => void;
}

/** On three replicas a server's restart loses nothing, and reconnecting to another server means nothing. */
export const steadyServer: ServerWatch = { generation: () => 0, onChange: () => () => {} };

/** Watches for another server process (its id changes with each start) until the connection is closed. */
export const watchServer = (nc: NatsConnection): ServerWatch => {
  const listeners = new Set<() => void>();
  let generation = 0;
  let server = nc.info?.server_id;
  const follow = async (): Promise<void> => {
    for await (const { type } of nc.status()) {
      if (type !== "reconnect" || nc.info?.server_id === server) continue;
      server = nc.info?.server_id;
      generation++;
      for (const listener of listeners) listener();
    }
  };
  follow().catch(() => {});
  return {
    generation: () => generation,
    onChange(changed) {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
  };
};
