import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A web server on this machine that answers anything and remembers who came. */
export interface LoopbackRecorder extends AsyncDisposable {
  readonly host: string;
  readonly url: string;
  /** Connections since the last call, requests or not. */
  readonly taken: () => readonly string[];
}

export const loopbackRecorder = async (): Promise<LoopbackRecorder> => {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    response.writeHead(200, { "content-type": "application/json" }).end('{"a": "b"}');
  });
  server.on("connection", () => seen.push("connection"));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    host,
    url: `http://${host}`,
    taken: () => seen.splice(0),
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
};
