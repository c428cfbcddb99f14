import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createSecureServer } from "node:http2";
import type { Http2ServerRequest, Http2ServerResponse, Http2Session } from "node:http2";
import { request as send } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { join } from "node:path";

import { temporaryFolder } from "../temporary-folder.ts";
import { makeAuthority } from "./certificates.ts";
import { kubeconfig } from "./kubeconfig.ts";
import type { ControlPlane } from "./start-control-plane.ts";

/** One request as it reached the proxy. */
export interface Reached {
  readonly method: string;
  readonly path: string;
  /** Number of the connection that it came over. */
  readonly connection: number;
}

export interface Words {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What the proxy says by itself; undefined: nothing, it passes the request on. */
export type OwnWords = (request: Reached) => Words | Promise<Words | undefined> | undefined;

/** A proxy before an API server that ends HTTP itself, as load balancers do. */
export interface HttpProxy extends AsyncDisposable {
  /** Leads to it, with a token of the cluster's administrator. */
  readonly kubeconfigPath: string;
  readonly reached: Reached[];
  /** From now on a connection takes so many requests. */
  limit(perConnection: number): void;
  /** From now on these are its own words. */
  say(words: OwnWords): void;
  /** Ends all connections. */
  cut(): void;
}

/** Starts one that speaks this protocol to its clients. */
export const startHttpProxy = async (plane: ControlPlane, protocol: "h2" | "http/1.1"): Promise<HttpProxy> => {
  await using stack = new AsyncDisposableStack();
  const authority = makeAuthority();
  const { certPem: cert, keyPem: key } = authority.serverCertificate();
  const reached: Reached[] = [];
  const connections = new Map<Socket | Http2Session, { readonly number: number; taken: number }>();
  let most = Infinity;
  let words: OwnWords = () => undefined;

  const answer = async (request: Http2ServerRequest, response: Http2ServerResponse): Promise<void> => {
    const isH2 = request.httpVersionMajor === 2;
    const session = isH2 ? request.stream.session : undefined;
    const over = connections.get(session ?? request.socket);
    if (over === undefined) return;
    over.taken += 1;
    const isLast = over.taken >= most;
    const [method, path] = [request.method, request.url];
    const one = { method, path, connection: over.number };
    reached.push(one);
    const head = (status: number, headers: Readonly<Record<string, string | string[] | undefined>>): void => {
      const { connection: _connection, "transfer-encoding": _encoding, ...kept } = headers;
      response.writeHead(status, { ...kept, ...(isLast && !isH2 ? { connection: "close" } : {}) });
    };
    // A graceful end: what is open is answered, whatever comes after it is refused.
    if (isLast) session?.close();
    const own = await words(one);
    if (own !== undefined) {
      head(own.status, { "content-type": "application/json", ...own.headers });
      response.end(own.body ?? "");
      return;
    }
    const forwarded = Object.entries(request.headers).filter(([name]) => !/^(?::|connection$|host$)/.test(name));
    const onward = send(
      `${plane.server}${path}`,
      { method, ca: plane.caPem, headers: Object.fromEntries(forwarded) },
      (from) => {
        head(from.statusCode ?? 502, from.headers);
        from.pipe(response as unknown as NodeJS.WritableStream);
      },
    );
    onward.on("error", () => response.stream.destroy());
    response.on("close", () => onward.destroy());
    request.pipe(onward);
  };
  const server = createSecureServer({ cert, key, allowHTTP1: true, ALPNProtocols: [protocol] });
  server.on("request", (request, response) => void answer(request, response));
  let count = 0;
  const take = (connection: Socket | Http2Session): void => {
    connections.set(connection, { number: (count += 1), taken: 0 });
    connection.on("error", () => undefined);
    connection.once("close", () => connections.delete(connection));
  };
  server.on("session", take);
  server.on("secureConnection", (socket) => {
    if (socket.alpnProtocol !== "h2") take(socket);
  });
  server.on("sessionError", () => undefined);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const cut = (): void => {
    for (const connection of connections.keys()) connection.destroy();
  };
  stack.defer(async () => {
    const closed = once(server, "close");
    server.close();
    cut();
    await closed;
  });
  const kubeconfigPath = join(stack.use(await temporaryFolder({ inMemory: true })).path, "kubeconfig");
  const text = kubeconfig(`https://localhost:${port}`, authority.certPem, { token: plane.token });
  await writeFile(kubeconfigPath, text, { mode: 0o600 });
  const owned = stack.move();
  return {
    kubeconfigPath,
    reached,
    limit: (perConnection) => (most = perConnection),
    say: (own) => (words = own),
    cut,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
};
