import { once } from "node:events";
import type { Socket } from "node:net";
import { createServer } from "node:https";

import { makeAuthority } from "@evenkeel/testing";
import { expect, test } from "vitest";

import { openTransport } from "./http2-transport.ts";

const forever = new AbortController().signal;

/** A server of HTTP/1.1 behind TLS that answers half of what it is asked, and never the rest. */
const slowServer = async () => {
  const authority = makeAuthority();
  const { certPem, keyPem } = authority.serverCertificate();
  const asked = Promise.withResolvers<void>();
  const closed: Promise<unknown>[] = [];
  const server = createServer({ cert: certPem, key: keyPem }, (request, response) => {
    response.writeHead(200, { "content-type": "application/json" }).write("{");
    if (request.url === "/answers") response.end("}");
    else asked.resolve();
  }).listen(0, "127.0.0.1");
  server.on("connection", (socket: Socket) => closed.push(new Promise((resolve) => socket.once("close", resolve))));
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    access: { server: `https://localhost:${port}`, ca: authority.certPem, credentials: { kind: "none" } as const },
    /** One call hangs. */
    asked: asked.promise,
    /** All connections that there were are over. */
    left: () => Promise.all(closed),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
};

test("what hangs on a connection that was given up for HTTP/1.1 ends with the transport, and nothing is left to complain", async () => {
  const unheard: unknown[] = [];
  const note = (error: unknown): void => void unheard.push(error);
  process.on("unhandledRejection", note);
  await using server = await slowServer();
  const transport = openTransport(server.access);
  // The first of them finds out that the server speaks no HTTP/2: its connection is retired while the call is open.
  const calls = ["/a", "/b", "/c"].map((path) => transport.request({ method: "GET", path }, forever));
  const ends = Promise.allSettled(calls);
  await server.asked;
  await transport[Symbol.asyncDispose]();
  expect((await ends).map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
  await server.left();
  process.off("unhandledRejection", note);
  expect(unheard).toEqual([]);
});

test("a connection that was given up is closed once its calls are over", async () => {
  await using server = await slowServer();
  const transport = openTransport(server.access);
  await Promise.all(Array.from({ length: 5 }, () => transport.request({ method: "GET", path: "/answers" }, forever)));
  await transport[Symbol.asyncDispose]();
  await expect(server.left()).resolves.not.toHaveLength(0);
});
