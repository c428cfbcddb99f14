// For tests only, as a process of its own: calls with bodies that hang and are ended in one turn, again and again. It ends
// with 0 once the connection still answers after all of them.
import { once } from "node:events";
import { createSecureServer } from "node:http2";

import { makeAuthority } from "@evenkeel/testing";

import { openTransport } from "./http2-transport.ts";

const ROUNDS = 20;
const CALLS = 16;

const authority = makeAuthority();
const { certPem: cert, keyPem: key } = authority.serverCertificate();
const server = createSecureServer({ cert, key });
server.on("stream", (stream, headers) => {
  stream.on("error", () => undefined);
  stream.resume();
  if (headers[":path"] !== "/answers") return;
  stream.respond({ ":status": 200, "content-type": "application/json" });
  stream.end("{}");
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
const address = server.address();
const port = typeof address === "object" && address !== null ? address.port : 0;
const access = { server: `https://127.0.0.1:${port}`, ca: authority.certPem, credentials: { kind: "none" } as const };
const transport = openTransport(access);
const body = new TextEncoder().encode("x".repeat(600));

for (let round = 0; round < ROUNDS; round += 1) {
  const ended = new AbortController();
  const calls = Array.from({ length: CALLS }, () =>
    transport.request({ method: "PATCH", path: "/hangs", body }, ended.signal).catch(() => undefined),
  );
  setTimeout(() => ended.abort(), 3);
  await Promise.all(calls);
}
await transport.request({ method: "GET", path: "/answers" }, new AbortController().signal);
process.exit(0);
