import { once } from "node:events";
import { Worker } from "node:worker_threads";

import { createSlots } from "@evenkeel/async";
import type { ParsedManifests } from "@evenkeel/resource";

import { RenderRefused, refuse } from "../render-refused.ts";
import type { Refusal } from "../render-refused.ts";
import { checkHere, parseHere } from "./parser.ts";
import type { CheckedYaml, ManifestParser, ParseRequest } from "./parser.ts";

export interface ParseOrder {
  readonly act: "parse" | "check";
  readonly bytes: Uint8Array;
  readonly request: ParseRequest;
}
export type ParseAnswer =
  | { readonly parsed: ParsedManifests }
  | { readonly checked: CheckedYaml }
  | { readonly refusal: Refusal }
  | { readonly failed: string };

export interface ParserPool extends ManifestParser, AsyncDisposable {}

export interface ParserPoolOptions {
  readonly threads: number;
  /** Files below this size are read at once: a thread would take longer to ask. */
  readonly smallBytes: number;
  readonly deadlineMs: number;
}

const WORKER = new URL("./parse-worker.ts", import.meta.url);

/** Reads large files in threads that live on; one that passes the deadline is ended, and its file refused. */
export const parserPool = (options: ParserPoolOptions): ParserPool => {
  const idle: Worker[] = [];
  const all = new Set<Worker>();
  const ready = new WeakMap<Worker, Promise<unknown>>();
  const slots = createSlots(options.threads);

  const start = (): Worker => {
    const worker = new Worker(WORKER);
    all.add(worker);
    // Its first message says that it has read its code: the time of a file does not count that.
    const begun = Promise.race([once(worker, "message"), once(worker, "exit")]);
    ready.set(
      worker,
      begun.then(
        () => worker.unref(),
        () => all.delete(worker),
      ),
    );
    return worker;
  };

  const ask = <Read>(
    order: ParseOrder,
    readOf: (answer: ParseAnswer) => Read | undefined,
    signal: AbortSignal,
  ): Promise<Read> =>
    slots.run(
      "",
      async () => {
        const worker = idle.pop() ?? start();
        try {
          await ready.get(worker);
          const answer = await answerOf(worker, order, options.deadlineMs, () => all.delete(worker));
          signal.throwIfAborted();
          const read = readOf(answer);
          if (read !== undefined) return read;
          if ("refusal" in answer) throw new RenderRefused(answer.refusal);
          throw new Error(`reading ${order.request.file} failed: ${"failed" in answer ? answer.failed : "no answer"}`);
        } finally {
          if (all.has(worker)) idle.push(worker);
        }
      },
      signal,
    );

  const isSmall = (bytes: Uint8Array): boolean => bytes.length < options.smallBytes;
  return {
    parse: async (bytes, request, signal) =>
      isSmall(bytes) ? parseHere(bytes, request) : ask({ act: "parse", bytes, request }, parsedIn, signal),
    check: async (bytes, request, signal) =>
      isSmall(bytes) ? checkHere(bytes, request) : ask({ act: "check", bytes, request }, checkedIn, signal),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...all].map((worker) => worker.terminate()));
    },
  };
};

const parsedIn = (answer: ParseAnswer): ParsedManifests | undefined => ("parsed" in answer ? answer.parsed : undefined);
const checkedIn = (answer: ParseAnswer): CheckedYaml | undefined => ("checked" in answer ? answer.checked : undefined);

/** One answer a question; a thread that does not give it in time, or dies, is lost to the pool. */
const answerOf = (worker: Worker, order: ParseOrder, deadlineMs: number, lose: () => void): Promise<ParseAnswer> =>
  new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer);
      worker.unref();
      worker.off("message", onAnswer).off("error", onError).off("exit", onError);
    };
    const onAnswer = (answer: ParseAnswer): void => {
      end();
      resolve(answer);
    };
    const onError = (cause: unknown): void => {
      end();
      lose();
      void worker.terminate();
      reject(new Error(`reading ${order.request.file} ended its thread`, { cause }));
    };
    const timer = setTimeout(() => {
      end();
      lose();
      void worker.terminate();
      const problem = `reading the file took longer than ${deadlineMs / 1000} s`;
      reject(refuse("RenderTimeout", order.request.file, problem, "split or shorten it"));
    }, deadlineMs);
    worker.on("message", onAnswer).on("error", onError).on("exit", onError);
    worker.ref();
    worker.postMessage(order);
  });
