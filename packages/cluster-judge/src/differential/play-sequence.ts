import { type KubeResponse, type KubeTransport, isApiError } from "@evenkeel/kube";
import { parseJson } from "@evenkeel/resource";

import type { Value } from "@evenkeel/embedded-cluster";
import { newMemory, remember, requestOf } from "./request-of.ts";
import type { Sequence } from "./step.ts";
import type { Exchange } from "./transcript.ts";
import { warningsOf } from "./warnings-of.ts";

const parsed = (text: string): Value => {
  try {
    return parseJson(text) as Value;
  } catch {
    return text;
  }
};

/** Status of a request whose connection the server broke: its handler panicked. */
export const BROKEN = 0;

const brokenAnswer = (error: unknown): KubeResponse => {
  if (!isApiError(error) || error.reason !== "ERR_HTTP2_STREAM_ERROR") throw error;
  return { status: BROKEN, headers: {}, body: Buffer.from("the connection broke") };
};

/** Sends the steps one after the other. Throws only when the server gives no answer. */
export const playSequence = async (
  transport: KubeTransport,
  sequence: Sequence,
  signal: AbortSignal,
): Promise<readonly Exchange[]> => {
  const memory = newMemory();
  const exchanges: Exchange[] = [];
  for (const step of sequence.steps) {
    const { text = "", ...request } = requestOf(step, sequence.namespace, memory);
    const response = await transport.request(request, signal).catch(brokenAnswer);
    const body = parsed(response.body.toString("utf8"));
    remember(memory, step, response.status, body);
    exchanges.push({
      step,
      method: request.method,
      path: request.path,
      contentType: request.headers?.["content-type"] ?? "",
      request: text,
      status: response.status,
      warnings: warningsOf(response.headers["warning"]),
      retryAfter: response.headers["retry-after"] ?? "",
      body,
    });
  }
  return exchanges;
};
