import type { Clock } from "@evenkeel/machine";
import type { Dispatcher } from "undici";

import type { ClusterAccess, ResolvedCredentials } from "./cluster-access.ts";
import type { HttpSession } from "./http-session.ts";
import { notingConnection, sendOnlyOver } from "./over-connection.ts";
import { readBody } from "./read-body.ts";
import type { credentialSource } from "./resolve-credentials.ts";
import { openSendWhere } from "./session-cluster.ts";
import { subjectOf } from "./subject-of.ts";
import type { KubeCall, KubeRequest, KubeResponse } from "./transport.ts";
import { WHO } from "./who-is-asked.ts";

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
  clock: Clock,
  observe: ((call: KubeCall) => void) | undefined,
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
  const sendWhere = openSendWhere<HttpSession>(
    async (session, signal, note) => {
      const over = session.pool.compose(notingConnection(session, note));
      return readAnswer(WHO, await sendOver(over, WHO, signal));
    },
    clock,
    observe,
  );
  return async (session, request, signal, onSend) => {
    const { cluster } = request;
    if (cluster === undefined) {
      onSend?.();
      return sendOver(session.pool, request, signal);
    }
    return sendWhere(session, cluster, signal, async (connection) => {
      onSend?.();
      return sendOnlyOver(session, connection, (through) => sendOver(through, request, signal));
    });
  };
};
