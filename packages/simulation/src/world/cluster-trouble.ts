import { createEmbeddedCluster } from "@evenkeel/embedded-cluster";
import type { ApiAnswer, ApiHandler, ApiRequest, EmbeddedCluster } from "@evenkeel/embedded-cluster";
import type { Clock } from "@evenkeel/machine";

import type { Moment } from "../scenario/scenario.ts";
import type { Seeded } from "../time/seeded.ts";

/** What goes wrong at the door of a cluster. */
export interface ClusterTrouble {
  /** Such a share of all calls but watches ends in an error, before the effect or after it. */
  errors: { readonly share: number; readonly moment: Moment } | undefined;
  /** So many events more are shown to nobody. */
  hidden: number;
  /** From now on reads are answered by a replica that has heard of nothing since; undefined: no more. */
  showOld(of: EmbeddedCluster | undefined): void;
  /** Ends every watch that is open. */
  endWatches(): void;
  /** The door of `handle`. */
  around(handle: ApiHandler): ApiHandler;
}

const failed = (status: number, message: string): ApiAnswer => ({
  kind: "plain",
  status,
  headers: { "content-type": "application/json" },
  body: JSON.stringify({
    kind: "Status",
    apiVersion: "v1",
    status: "Failure",
    reason: "InternalError",
    message,
    code: status,
  }),
});

const isWatch = ({ path }: ApiRequest): boolean => /[?&]watch=(?:true|1)/.test(path);
const isBookmark = (line: string): boolean => line.startsWith('{"type":"BOOKMARK"');

export const createTrouble = (chance: Seeded, clock: Clock): ClusterTrouble => {
  let replica: EmbeddedCluster | undefined;
  const watches = new Set<() => void>();

  const faultyLines = (lines: AsyncIterable<string>): AsyncIterable<string> => ({
    async *[Symbol.asyncIterator]() {
      const { promise: ended, resolve } = Promise.withResolvers<{ readonly done: true; readonly value: undefined }>();
      const end = (): void => resolve({ done: true, value: undefined });
      watches.add(end);
      const from = lines[Symbol.asyncIterator]();
      try {
        for (;;) {
          const next = await Promise.race([from.next(), ended]);
          if (next.done === true) return;
          if (trouble.hidden > 0 && !isBookmark(next.value)) trouble.hidden -= 1;
          else yield next.value;
        }
      } finally {
        watches.delete(end);
        void from.return?.();
      }
    },
  });
  const trouble: ClusterTrouble = {
    errors: undefined,
    hidden: 0,
    showOld: (of) => {
      replica = undefined;
      const snapshot = of?.store.snapshot?.();
      if (of === undefined || snapshot === undefined) return;
      replica = createEmbeddedCluster({ name: of.name, clock });
      replica.store.restore?.(snapshot);
    },
    endWatches: () => {
      for (const end of watches) end();
    },
    around: (handle) => async (request) => {
      const fails = trouble.errors !== undefined && !isWatch(request) && chance.often(trouble.errors.share);
      if (fails && trouble.errors?.moment === "before") return failed(500, "etcdserver: request timed out");
      const answering = request.method === "GET" && replica !== undefined ? replica.handle : handle;
      const answer = await answering(request);
      if (fails) return failed(504, "the server was unable to return a response in the time allotted");
      return answer.kind === "stream" ? { ...answer, lines: faultyLines(answer.lines) } : answer;
    },
  };
  return trouble;
};
