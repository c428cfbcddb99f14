import { AsyncLocalStorage } from "node:async_hooks";

import { createEmbeddedCluster, openInProcess } from "@evenkeel/embedded-cluster";
import type { ApiAnswer, ApiHandler, ApiRequest, EmbeddedCluster, StoreEvent } from "@evenkeel/embedded-cluster";
import type { KubeTransport } from "@evenkeel/kube";
import type { Clock } from "@evenkeel/machine";

import { outsideProcesses } from "../process/simulated-process.ts";
import type { SimulatedProcess } from "../process/simulated-process.ts";
import type { Wire } from "../process/wire.ts";

/** One cluster of the world, and who writes to it. */
export interface WorldCluster {
  readonly name: string;
  /** The one that answers now; another after it was made anew. */
  readonly present: EmbeddedCluster;
  /** Puts another in its place: connections end. */
  replace(next: EmbeddedCluster): void;
  /** As a process reaches it. */
  transportFor(process: SimulatedProcess, wire: Wire): KubeTransport;
  /** Told of each change of the store, with the name of the process whose request made it. */
  onWrite(seen: (event: StoreEvent, by: string | undefined) => void): void;
  /** Whether requests are answered at all. */
  isUp: boolean;
}

/** Whose request is being carried out. */
const author = new AsyncLocalStorage<string>();

export const makeCluster = (name: string, seed: number, clock: Clock): EmbeddedCluster =>
  createEmbeddedCluster({ name, seed, clock });

export const openWorldCluster = (name: string, first: EmbeddedCluster): WorldCluster => {
  const listeners: ((event: StoreEvent, by: string | undefined) => void)[] = [];
  let present = first;
  const follow = (cluster: EmbeddedCluster): void =>
    void cluster.store.subscribeAll((event) => {
      if (cluster === present) for (const each of listeners) each(event, author.getStore());
    });
  follow(first);

  const handlerFor =
    (process: SimulatedProcess, wire: Wire): ApiHandler =>
    (request) =>
      new Promise((resolve, reject) => {
        const below = new AbortController();
        const leave = (): void => below.abort(request.signal.reason);
        request.signal.addEventListener("abort", () => wire.send(leave), { once: true });
        process.killed.addEventListener("abort", () => below.abort(), { once: true });
        wire.send(() => {
          if (!world.isUp) return; // no answer: the deadline of the caller ends it
          author.run(process.name, () => {
            answerOf(present.handle, { ...request, signal: below.signal }).then(
              (answer) => wire.answer(() => resolve(overWire(answer, wire, below.signal))),
              (error: unknown) => wire.answer(() => reject(error as Error)),
            );
          });
        });
      });
  const world: WorldCluster = {
    name,
    isUp: true,
    get present() {
      return present;
    },
    replace: (next) => {
      present = next;
      follow(next);
    },
    transportFor: (process, wire) =>
      openInProcess({ handle: handlerFor(process, wire), clock: process.machine.clock }),
    onWrite: (seen) => void listeners.push(seen),
  };
  return world;
};

const answerOf = async (handle: ApiHandler, request: ApiRequest): Promise<ApiAnswer> => handle(request);

/** The lines of a watch come one by one over the wire, in order, also when nobody asks for them yet. */
const overWire = (answer: ApiAnswer, wire: Wire, below: AbortSignal): ApiAnswer => {
  if (answer.kind === "plain") return answer;
  const come: (IteratorResult<string> | Error)[] = [];
  let wake: (() => void) | undefined;
  const arrive = (what: IteratorResult<string> | Error): void =>
    wire.answer(() => {
      come.push(what);
      wake?.();
    });
  const pump = async (): Promise<void> => {
    try {
      for await (const line of answer.lines) arrive({ done: false, value: line });
      arrive({ done: true, value: undefined });
    } catch (error) {
      if (!below.aborted) arrive(error as Error);
    }
  };
  outsideProcesses(() => void author.exit(pump));
  return {
    ...answer,
    lines: {
      [Symbol.asyncIterator]: () => ({
        next: async () => {
          while (come.length === 0) await new Promise<void>((resolve) => void (wake = resolve));
          const next = come.shift();
          if (next instanceof Error) throw next;
          return next ?? { done: true, value: undefined };
        },
      }),
    },
  };
};
