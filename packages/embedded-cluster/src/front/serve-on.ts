import { once } from "node:events";
import type { Http2SecureServer, ServerHttp2Session } from "node:http2";
import type { TLSSocket } from "node:tls";

import { CLIENT_GONE } from "./refusals.ts";
import { serveRequest } from "./serve-request.ts";
import type { FrontRequest, ServeRules } from "./serve-request.ts";
import type { FrontResponse } from "./write-answer.ts";

const ignore = (): void => undefined;

/** Those that last until they close, kept while they do. */
const tracked = <T extends { once(event: "close", listener: () => void): unknown }>() => {
  const open = new Set<T>();
  const add = (one: T): void => {
    open.add(one);
    one.once("close", () => open.delete(one));
  };
  return { open, add };
};

/**
 * Answers what arrives at a server. The returned function closes it: watches end as on a server that goes away, answers
 * under way are waited for as long as the grace lasts, then connections are cut.
 */
export const serveOn = (server: Http2SecureServer, rules: ServeRules): ((graceMs: number) => Promise<void>) => {
  const exchanges = new Map<AbortController, Promise<void>>();
  const sockets = tracked<TLSSocket>();
  const sessions = tracked<ServerHttp2Session>();
  let isClosing = false;
  server.on("secureConnection", (socket: TLSSocket) => {
    sockets.add(socket);
    socket.on("error", ignore); // a client that goes away is no event
  });
  server.on("session", (session: ServerHttp2Session) => sessions.add(session));
  server.on("sessionError", ignore);
  server.on("tlsClientError", ignore);
  server.on("request", (request: FrontRequest, response: FrontResponse) => {
    const controller = new AbortController();
    const leave = (): void => controller.abort(CLIENT_GONE);
    response.once("close", leave);
    response.on("error", leave);
    request.on("error", leave);
    const done = serveRequest(request, response, rules, controller.signal).finally(() => exchanges.delete(controller));
    exchanges.set(controller, done);
    if (isClosing) leave();
  });
  return async (graceMs) => {
    isClosing = true;
    const closed = once(server, "close");
    server.close();
    for (const controller of exchanges.keys()) controller.abort(CLIENT_GONE);
    const cut = setTimeout(() => {
      for (const socket of sockets.open) socket.destroy();
    }, graceMs);
    for (const session of sessions.open) session.close(); // after its last stream
    const left = [...sessions.open].map((session) => once(session, "close").catch(ignore));
    await Promise.race([Promise.all([...exchanges.values(), ...left]), closed]);
    for (const socket of sockets.open) socket.destroySoon();
    await closed;
    clearTimeout(cut);
  };
};
