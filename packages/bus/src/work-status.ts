import { decodeToken, encodeToken, subjectRoot, WorkStatus } from "@evenkeel/contracts";

import { openBucket } from "./bucket.ts";
import type { Core } from "./core.ts";
import { wordsOf } from "./explain-failure.ts";

/** Working memory of one durable in bucket `status`: what must survive a restart about single messages. */
export interface DurableMemory {
  /** Counts a start of one message; resolves to how many it had without an outcome, this one included. */
  started(subject: string, sequence: number): Promise<number>;
  /** Remembers when to look at a subject again. Throws if it cannot be stored. */
  waits(subject: string, dueMs: number, traceId: string): Promise<void>;
  /** Forgets a subject, if anything is remembered of it. */
  ended(subject: string): void;
  /** All subjects that wait, with their due times. */
  load(signal: AbortSignal): Promise<ReadonlyMap<string, number>>;
}

const keyOf = (core: Core, durable: string, subject: string): string =>
  `${core.service}.${durable}.${encodeToken(subject.slice(subjectRoot.length))}`;

/** Key `<service>.<durable>.<subject below the root>`; only the holder of the durable's lease writes it. */
export const openMemory = (core: Core, durable: string): DurableMemory => {
  const bucket = openBucket(core.wire, "status", WorkStatus);
  const known = new Map<string, WorkStatus>();
  const store = async (subject: string, change: Partial<WorkStatus>): Promise<WorkStatus> => {
    const before = known.get(subject) ?? (await bucket.get(keyOf(core, durable, subject)))?.value ?? nothing;
    const after = { ...before, ...change };
    known.set(subject, after);
    await bucket.put(keyOf(core, durable, subject), after);
    return after;
  };
  return {
    async started(subject, sequence) {
      const before = (await bucket.get(keyOf(core, durable, subject)))?.value ?? nothing;
      const starts = before.sequence === BigInt(sequence) ? before.starts + 1 : 1;
      return (await store(subject, { starts, sequence: BigInt(sequence) })).starts;
    },
    async waits(subject, dueMs, traceId) {
      await store(subject, { nextRetryMs: BigInt(Math.round(dueMs)), starts: 0, traceId });
    },
    ended(subject) {
      if (!known.delete(subject)) return;
      bucket.delete(keyOf(core, durable, subject)).catch((error: unknown) => {
        core.wire.log.warn("status was not cleared", { subject, error: wordsOf(error) });
      });
    },
    async load(signal) {
      const stop = new AbortController();
      const due = new Map<string, number>();
      const prefix = `${core.service}.${durable}.`;
      await bucket.watch(
        `${prefix}*`,
        {
          onEntry: ({ key, value }) => {
            const subject = subjectRoot + decodeToken(key.slice(prefix.length));
            if (value === undefined) due.delete(subject);
            else {
              known.set(subject, value);
              if (value.nextRetryMs > 0n) due.set(subject, Number(value.nextRetryMs));
            }
          },
          onReset: () => due.clear(),
        },
        AbortSignal.any([signal, stop.signal]),
      );
      stop.abort();
      return due;
    },
  };
};

const nothing: WorkStatus = { starts: 0, attempts: 0, nextRetryMs: 0n, traceId: "", sequence: 0n };
