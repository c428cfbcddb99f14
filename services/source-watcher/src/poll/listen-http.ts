import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import type { HookRequest, Listen } from "./listen.ts";

const MOST_CONNECTIONS = 256;

/** By a server of this process. */
export const listenHttp: Listen = async (at, answer) => {
  const limits = { requestTimeout: 10_000, headersTimeout: 5000, connectionsCheckingInterval: 5000 };
  const server = createServer(limits, (request, response) => {
    void answer(readRequest(request)).then((status) => end(request, response, status));
  });
  server.maxConnections = MOST_CONNECTIONS;
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(at.port, at.host, resolve));
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const readRequest = (request: IncomingMessage): HookRequest => ({
  method: request.method ?? "",
  path: request.url ?? "",
  headers: Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
  ),
  body: (most) => readBody(request, most),
});

const readBody = async (request: IncomingMessage, most: number): Promise<Buffer | undefined> => {
  if (Number(request.headers["content-length"] ?? 0) > most) return undefined;
  const chunks: Buffer[] = [];
  let size = 0;
  // The stream stays: its end would take the connection with it, and with that the answer.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > most) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

// Nothing but the status goes back. The rest of a body is read and thrown away within the time of a request: closed while
// it comes, the connection is reset, and the answer may be lost with it.
const end = (request: IncomingMessage, response: ServerResponse, status: number): void => {
  request.resume();
  response.writeHead(status, { "content-length": "0" }).end();
};
