import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";

import type { ApiAnswer, PlainAnswer } from "../server/exchange.ts";

/** Of either protocol: Node gives HTTP/2 the same face. */
export type FrontResponse = ServerResponse;

/** As a kube-apiserver: only large answers, at the fastest level. */
const GZIP_FROM_BYTES = 128 * 1024;
const compress = promisify(gzip);

const writePlain = async (response: FrontResponse, answer: PlainAnswer, acceptEncoding: string): Promise<void> => {
  const raw = Buffer.from(answer.body, "utf8");
  const isGzip = raw.length >= GZIP_FROM_BYTES && /\bgzip\b/.test(acceptEncoding);
  const body = isGzip ? await compress(raw, { level: constants.Z_BEST_SPEED }) : raw;
  response.writeHead(answer.status, {
    ...answer.headers,
    ...(isGzip ? { "content-encoding": "gzip" } : {}),
    "content-length": String(body.length),
  });
  response.end(body);
};

/** Writes an answer; a slow reader makes it wait, and the lines of a watch wait with it. Ends when the client is gone. */
export const writeAnswer = async (
  response: FrontResponse,
  answer: ApiAnswer,
  acceptEncoding: string,
  signal: AbortSignal,
): Promise<void> => {
  if (answer.kind === "plain") return writePlain(response, answer, acceptEncoding);
  response.writeHead(answer.status, { ...answer.headers });
  response.flushHeaders();
  for await (const line of answer.lines) {
    if (signal.aborted) break; // by the front that closes, or by the client that went
    if (!response.write(`${line}\n`)) await once(response, "drain", { signal }).catch(() => undefined);
  }
  response.end();
};
