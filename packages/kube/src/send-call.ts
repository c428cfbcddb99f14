import type { Dispatcher } from "undici";

import type { ClusterAccess, ResolvedCredentials } from "./cluster-access.ts";
import type { HttpSession } from "./http-session.ts";
import { ConnectionOver, notingConnection, onlyOver } from "./over-connection.ts";
import { readBody } from "./read-body.ts";
import type { credentialSource } from "./resolve-credentials.ts";
import { WHO, connectionTo } from "./session-cluster.ts";
import type { AskWho } from "./session-cluster.ts";
import type { KubeCall, KubeRequest, KubeResponse } from "./transport.ts";

const ASK_DEADLINE_MS = 10_000;

export const plainHeaders = (headers: Dispatcher.ResponseData["headers"]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(",") : (value ?? "")]),
  );

export const requestHeaders = (
  request: KubeRequest,
  credentials: ResolvedCredentials,
  access: ClusterAccess,
): Record<string, string> => {
  const user = request.impersonate ?? access.impersonate;
  if (user === "") throw new RangeError("an empty identity cannot be impersonated");
  return {
    accept: "application/json",
    "user-agent": "evenkeel",
    ...request.headers,
    ...(credentials.authorization === undefined ? {} : { authorization: credentials.authorization }),
    ...(user === undefined ? {} : { "impersonate-user": user }),
  };
};

export const subjectOf = (request: KubeRequest): string => `${request.method} ${request.path.split("?")[0]}`;

/** Reads an answer to its end. Throws ApiError PROTOCOL. */
export const readAnswer = async (
  request: KubeRequest,
  answer: Dispatcher.ResponseData,
  most?: number,
): Promise<KubeResponse> => {
  const headers = plainHeaders(answer.headers);
  const body = await readBody(answer.body, headers, subjectOf(request), most);
  return { status: answer.statusCode, headers, body };
};

/** Several wait for one answer: each leaves by its own signal. */
const untilAborted = async <T>(work: Promise<T>, signal: AbortSignal): Promise<T> => {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
};

/** Sends a call over a session; a KubeResponse is the server's refusal to say which cluster it is. Throws OtherCluster. */
export type SendCall = (
  session: HttpSession,
  request: KubeRequest,
  signal: AbortSignal,
) => Promise<Dispatcher.ResponseData | KubeResponse>;

/** What was sent is the answer's; what was not is tried over the next connection, once that was asked which cluster it is. */
export const openSender = (
  access: ClusterAccess,
  source: ReturnType<typeof credentialSource>,
  observe: (call: KubeCall) => void,
): SendCall => {
  const prefix = new URL(access.server).pathname.replace(/\/$/, "");
  const sendOver = async (through: Dispatcher, request: KubeRequest, signal: AbortSignal) =>
    through.request({
      method: request.method,
      path: `${prefix}${request.path}`,
      headers: requestHeaders(request, await source.current(), access),
      body: request.body ?? null,
      signal,
    });
  const askWho: AskWho = async (session) => {
    const started = performance.now();
    let connection = 0;
    const over = session.pool.compose(notingConnection(session, (number) => (connection = number)));
    const answer = await readAnswer(WHO, await sendOver(over, WHO, AbortSignal.timeout(ASK_DEADLINE_MS)));
    observe({ ...WHO, status: answer.status, durationMs: performance.now() - started });
    return { connection, answer };
  };
  return async (session, request, signal) => {
    const { cluster } = request;
    if (cluster === undefined) return sendOver(session.pool, request, signal);
    for (;;) {
      const found = await untilAborted(connectionTo(session, cluster, askWho), signal);
      if (!("uid" in found)) return found;
      try {
        return await sendOver(session.pool.compose(onlyOver(session, found.connection)), request, signal);
      } catch (error) {
        if (!(error instanceof ConnectionOver)) throw error;
      }
    }
  };
};
