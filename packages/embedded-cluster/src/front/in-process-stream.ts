import type { KubeStream } from "@evenkeel/kube";

import type { Clock } from "../clock.ts";
import type { StreamAnswer } from "../server/exchange.ts";

interface OpenedLines {
  readonly answer: StreamAnswer;
  readonly clock: Clock;
  /** The caller's own; when it ends, the reader gets its reason. */
  readonly signal: AbortSignal;
  /** Ends the request below: nobody reads on. */
  readonly close: () => void;
  readonly silenceMs: number | undefined;
  readonly onSilent: () => Error;
  /** What a failure of the lines is to the reader. */
  readonly classify: (error: unknown) => unknown;
}

/** The lines of an answer as a KubeStream: nothing is read ahead, and a watch that falls silent or is left ends below too. */
export const openLines = (opened: OpenedLines): KubeStream => {
  const { answer, clock, close, signal } = opened;
  const lines = answer.lines[Symbol.asyncIterator]();
  let interrupt: ((error: unknown) => void) | undefined;
  let cancelSilence: (() => void) | undefined;
  let over = false;
  const onAbort = (): void => end(signal.reason);
  const end = (error?: unknown): void => {
    if (over) return;
    over = true;
    cancelSilence?.();
    signal.removeEventListener("abort", onAbort);
    close();
    interrupt?.(error);
  };
  const listen = (): void => {
    cancelSilence?.();
    if (opened.silenceMs !== undefined) cancelSilence = clock.after(opened.silenceMs, () => end(opened.onSilent()));
  };
  signal.addEventListener("abort", onAbort, { once: true });
  listen();

  const next = (): Promise<IteratorResult<string>> =>
    new Promise((resolve, reject) => {
      interrupt = reject;
      lines.next().then(resolve, reject);
    });
  async function* read(): AsyncGenerator<Buffer> {
    try {
      while (!over) {
        const step = await next();
        if (step.done === true) return;
        listen();
        yield Buffer.from(step.value, "utf8");
      }
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw opened.classify(error);
    } finally {
      end();
    }
  }
  return {
    headers: answer.headers,
    [Symbol.asyncIterator]: read,
    [Symbol.asyncDispose]: async () => end(),
  };
};
