import type { Readable } from "node:stream";

import { silentError, toNetworkError } from "./network-error.ts";
import { splitLines } from "./split-lines.ts";
import type { KubeStream, KubeStreamRequest } from "./transport.ts";

interface OpenedBody {
  readonly subject: string;
  readonly request: KubeStreamRequest;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable;
  readonly signal: AbortSignal;
}

/** Wraps an open body as lines. `onEnd` is called once, however it ends; unread, the body waits (back-pressure). */
export const openStream = (opened: OpenedBody, onEnd: () => void): KubeStream => {
  const { body, request, signal, subject } = opened;
  const limitMs = request.silenceMs;
  let ended = false;
  const end = (): void => {
    if (ended) return;
    ended = true;
    clearTimeout(timer);
    onEnd();
  };
  const timer =
    limitMs === undefined ? undefined : setTimeout(() => void body.destroy(silentError(subject, limitMs)), limitMs);
  body.once("close", end);
  body.on("error", () => undefined); // the reader hears of it through its own loop

  async function* lines(): AsyncGenerator<Buffer> {
    try {
      for await (const line of splitLines(body as AsyncIterable<Uint8Array>)) {
        timer?.refresh();
        yield line;
      }
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw toNetworkError(subject, error);
    } finally {
      body.destroy();
      end();
    }
  }
  return {
    headers: opened.headers,
    [Symbol.asyncIterator]: lines,
    [Symbol.asyncDispose]: async () => {
      body.destroy();
      end();
    },
  };
};
