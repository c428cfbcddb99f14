import { silentError, toNetworkError } from "@evenkeel/kube";
import type { KubeStream } from "@evenkeel/kube";
import type { Clock } from "@evenkeel/machine";

import type { StreamAnswer } from "../server/exchange.ts";
import type { Hop } from "./hop.ts";

interface OpenedLines {
  readonly subject: string;
  readonly answer: StreamAnswer;
  readonly clock: Pick<Clock, "after">;
  readonly hop: Hop;
  /** The caller's own; when it ends, the reader gets its reason. */
  readonly signal: AbortSignal;
  /** Ends the request below: nobody reads on. */
  readonly close: () => void;
  readonly silenceMs: number | undefined;
}

/** The lines of an answer as a KubeStream: nothing is read ahead, and a watch that falls silent or is left ends below too. */
export const openLines = (opened: OpenedLines): KubeStream & { readonly end: (error: unknown) => void } => {
  const { answer, clock, close, hop, signal, silenceMs, subject } = opened;
  const lines = answer.lines[Symbol.asyncIterator]();
  let interrupt: ((error: unknown) => void) | undefined;
  let silence: Disposable | undefined;
  let over = false;
  const onAbort = (): void => end(signal.reason);
  const end = (error?: unknown): void => {
    if (over) return;
    over = true;
    silence?.[Symbol.dispose]();
    signal.removeEventListener("abort", onAbort);
    close();
    interrupt?.(error);
  };
  const listen = (): void => {
    silence?.[Symbol.dispose]();
    if (silenceMs !== undefined) silence = clock.after(silenceMs, () => end(silentError(subject, silenceMs)));
  };
  signal.addEventListener("abort", onAbort, { once: true });
  listen();

  const next = (): Promise<IteratorResult<string>> =>
    new Promise((resolve, reject) => {
      interrupt = reject;
      lines.next().then(
        (step) => hop.answer(() => resolve(step)),
        (error: unknown) => hop.answer(() => reject(error as Error)),
      );
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
      throw toNetworkError(subject, error);
    } finally {
      end();
    }
  }
  return {
    end,
    headers: answer.headers,
    [Symbol.asyncIterator]: read,
    [Symbol.asyncDispose]: async () => end(),
  };
};
