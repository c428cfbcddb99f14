import { connect, createServer } from "node:net";
import type { Socket } from "node:net";

import { freePort } from "@evenkeel/programs";

/** A way to a server on loopback that can be cut. */
export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  /** Passes bytes on again, also those that came meanwhile; takes connections again. */
  open(): Promise<void>;
  /** Connections stay and are taken, no byte comes through. */
  hang(): void;
  /** Connections are broken, and new ones refused. */
  refuse(): Promise<void>;
  /** Connections are broken, and new ones lead to this port. */
  lead(port: number): void;
}

/** Starts a proxy to a port of this machine. */
export const startTcpProxy = async (first: number): Promise<TcpProxy> => {
  let target = first;
  const sockets = new Set<Socket>();
  let isHanging = false;
  const server = createServer((client) => {
    const upstream = connect(target, "127.0.0.1");
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on("data", (bytes) => to.write(bytes));
      from.on("error", () => to.destroy());
      from.on("close", () => {
        sockets.delete(from);
        to.destroy();
      });
      if (isHanging) from.pause();
    }
  });
  const listen = (port: number): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, "127.0.0.1", () => {
        server.off("error", reject);
        resolve();
      });
    });
  const end = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of sockets) socket.destroy();
    if (server.listening) await closed;
  };
  const port = await freePort(); // it is left and taken again
  await listen(port);
  return {
    port,
    async open() {
      isHanging = false;
      for (const socket of sockets) socket.resume();
      if (!server.listening) await listen(port);
    },
    hang() {
      isHanging = true;
      for (const socket of sockets) socket.pause();
    },
    refuse: end,
    lead(next) {
      target = next;
      for (const socket of sockets) socket.destroy();
    },
    [Symbol.asyncDispose]: end,
  };
};
