import type { KubeRequest, KubeResponse } from "@evenkeel/kube";

import type { ApiAnswer, ApiHandler, ApiUser, StreamAnswer } from "../server/exchange.ts";
import { ConnectionBroken } from "./connection-broken.ts";
import { MAX_BODY_BYTES, bodyTooLarge, internalError } from "./refusals.ts";

const NO_BODY = new Uint8Array();

const headersOf = (request: KubeRequest): Record<string, string> => {
  if (request.impersonate === "") throw new RangeError("an empty identity cannot be impersonated");
  return {
    accept: "application/json",
    "user-agent": "evenkeel",
    ...request.headers,
    ...(request.impersonate === undefined ? {} : { "impersonate-user": request.impersonate }),
  };
};

/** What is not a stream, or is not to be read as one. */
export const wholeBody = async (answer: ApiAnswer): Promise<KubeResponse> => {
  const { headers, status } = answer;
  if (answer.kind === "plain") return { status, headers, body: Buffer.from(answer.body, "utf8") };
  const lines: string[] = [];
  for await (const line of answer.lines) lines.push(`${line}\n`);
  return { status, headers, body: Buffer.from(lines.join(""), "utf8") };
};

export const asStream = (answer: ApiAnswer): StreamAnswer => {
  if (answer.kind === "stream") return answer;
  const lines = answer.body.split("\n").slice(0, -1); // a last line without its end was cut off
  return {
    kind: "stream",
    status: 200,
    headers: answer.headers,
    lines: (async function* () {
      yield* lines;
    })(),
  };
};

/** Asks as a client over HTTP does; only a broken connection, and a client that left, are no answers. */
export const askHandler = async (
  handle: ApiHandler,
  user: ApiUser,
  request: KubeRequest,
  signal: AbortSignal,
): Promise<ApiAnswer> => {
  const body = request.body ?? NO_BODY;
  if (body.length > MAX_BODY_BYTES) return bodyTooLarge(MAX_BODY_BYTES);
  const { method, path } = request;
  try {
    return await handle({ method, path, headers: headersOf(request), body, user, signal });
  } catch (error) {
    if (error instanceof ConnectionBroken || error instanceof RangeError || signal.aborted) throw error;
    return internalError(error);
  }
};
