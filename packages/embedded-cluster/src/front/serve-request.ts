import type { IncomingMessage } from "node:http";
import type { Http2ServerRequest } from "node:http2";
import type { TLSSocket } from "node:tls";

import type { ApiAnswer, ApiHandler } from "../server/exchange.ts";
import { authenticate, presentedBy } from "./authenticate.ts";
import type { AuthenticationRules, Presented } from "./authenticate.ts";
import { ConnectionBroken } from "./connection-broken.ts";
import { readBody } from "./read-body.ts";
import { bodyTooLarge, internalError, noSuchCluster, unauthorized } from "./refusals.ts";
import { writeAnswer } from "./write-answer.ts";
import type { FrontResponse } from "./write-answer.ts";

export type FrontRequest = Http2ServerRequest | IncomingMessage;

export interface ServeRules extends AuthenticationRules {
  readonly maxBodyBytes: number;
  /** The cluster that a path belongs to and what is left of the path below it. */
  readonly route: (path: string) => { readonly handle: ApiHandler; readonly path: string } | undefined;
}

const presented = new WeakMap<TLSSocket, Presented>();

/** A connection's certificate is looked at once. */
const presentedOn = (request: FrontRequest): Presented => {
  // Of an HTTP/2 session it is a stand-in for the socket, the same object each time.
  const tls = ("stream" in request ? request.stream.session?.socket : request.socket) as TLSSocket | undefined;
  if (tls === undefined) return { kind: "none" };
  const known = presented.get(tls);
  if (known !== undefined) return known;
  const found = presentedBy(tls.getPeerCertificate(), tls.authorized);
  presented.set(tls, found);
  return found;
};

const plainHeaders = (headers: FrontRequest["headers"]): Record<string, string> => {
  const plain: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith(":") || value === undefined) continue;
    plain[name] = Array.isArray(value) ? value.join(",") : value;
  }
  return plain;
};

const answer = async (request: FrontRequest, rules: ServeRules, signal: AbortSignal): Promise<ApiAnswer> => {
  const routed = rules.route(request.url ?? "/");
  if (routed === undefined) return noSuchCluster;
  const user = authenticate(presentedOn(request), request.headers.authorization, routed.path, rules);
  if (user === undefined) return unauthorized;
  const body = await readBody(request, rules.maxBodyBytes);
  if (body === undefined) return bodyTooLarge(rules.maxBodyBytes);
  const headers = plainHeaders(request.headers);
  return routed.handle({ method: request.method ?? "GET", path: routed.path, headers, body, user, signal });
};

/** Carries one request to its cluster and the answer back; never throws. `signal` ends when the client goes or the front closes. */
export const serveRequest = async (
  request: FrontRequest,
  response: FrontResponse,
  rules: ServeRules,
  signal: AbortSignal,
): Promise<void> => {
  try {
    const found = await answer(request, rules, signal).catch((error: unknown): ApiAnswer => {
      if (error instanceof ConnectionBroken || signal.aborted) throw error;
      return internalError(error);
    });
    await writeAnswer(response, found, String(request.headers["accept-encoding"] ?? ""), signal);
  } catch {
    breakOff(request); // mid-answer there is nothing else left to say
  }
};

const breakOff = (request: FrontRequest): void => {
  if ("stream" in request) request.stream.destroy(new ConnectionBroken("broken off"));
  else request.socket.destroy();
};
