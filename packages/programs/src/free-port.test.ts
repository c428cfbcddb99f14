import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { AddressInfo } from "node:net";

import { expect, test } from "vitest";

import { freePort } from "./free-port.ts";

test("a free port is one that a server gets, and never one that the system gives to an outgoing connection", async () => {
  await using stack = new AsyncDisposableStack();
  const ports = await Promise.all(Array.from({ length: 50 }, freePort));
  const server = createServer().listen(ports[0], "127.0.0.1");
  stack.defer(() => void server.close());
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const outgoing = await Promise.all(
    Array.from({ length: 50 }, async () => {
      const socket = connect(port, "127.0.0.1");
      stack.defer(() => void socket.destroy());
      await once(socket, "connect");
      return socket.localPort ?? 0;
    }),
  );
  expect(Math.max(...ports)).toBeLessThan(Math.min(...outgoing));
});
