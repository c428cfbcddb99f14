import type { Dispatcher } from "undici";
import type { ClusterAccess, ResolvedCredentials } from "./cluster-access.ts";
import type { HttpSession } from "./http-session.ts";
import { noWordError } from "./network-error.ts";
import { ConnectionOver, notingConnection, sendOnlyOver } from "./over-connection.ts";
import { readBody } from "./read-body.ts";
import type { credentialSource } from "./resolve-credentials.ts";
import { openConnectionTo } from "./session-cluster.ts";
import type { KubeCall, KubeRequest, KubeResponse } from "./transport.ts";
import { WHO } from "./who-is-asked.ts";

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

/** Sends a call over a session; `onSend` is called once it is known where that leads. Throws OtherCluster, NotIdentified. */
export type SendCall = (
  session: HttpSession,
  request: KubeRequest,
  signal: AbortSignal,
  onSend?: () => void,
) => Promise<Dispatcher.ResponseData>;

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
  const connectionTo = openConnectionTo(async (session) => {
    const started = performance.now();
    let connection = 0;
    let status = 0;
    const over = session.pool.compose(notingConnection(session, (number) => (connection = number)));
    const deadline = AbortSignal.timeout(ASK_DEADLINE_MS);
    try {
      const answer = await readAnswer(WHO, await sendOver(over, WHO, deadline));
      status = answer.status;
      return { connection, answer };
    } catch (error) {
      throw deadline.aborted ? noWordError(ASK_DEADLINE_MS) : error;
    } finally {
      observe({ ...WHO, status, durationMs: performance.now() - started });
    }
  });
  return async (session, request, signal, onSend) => {
    const { cluster } = request;
    if (cluster === undefined) {
      onSend?.();
      return sendOver(session.pool, request, signal);
    }
    for (;;) {
      const { connection } = await connectionTo(session, cluster, signal);
      onSend?.();
      try {
        return await sendOnlyOver(session, connection, (through) => sendOver(through, request, signal));
      } catch (error) {
        if (!(error instanceof ConnectionOver)) throw error;
      }
    }
  };
};
