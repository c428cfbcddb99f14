import type { Core } from "./core.ts";
import type { Deliverable } from "./deliverable.ts";
import { wordsOf } from "./explain-failure.ts";
import type { RawFact } from "./read-fact.ts";
import { readStored, type Stored } from "./read-stored.ts";
import type { DurableMemory } from "./work-status.ts";

/** Longer waits leave the stream: a message that waits there takes one of the durable's few places. */
export const longWaitMs = 30_000;
const mostTimerMs = 2 ** 31 - 1;

/** Long waits of one durable: on this process's own timers, remembered in bucket `status`. */
export interface WaitHeap extends Disposable {
  /** Looks at the newest message of a subject again after `ms`; resolves once that is stored. */
  wait(subject: string, ms: number, traceId: string): Promise<void>;
  /** The subject has its outcome: nothing waits any more. */
  end(subject: string): void;
  /** Takes up what waited when the shard was last held. */
  restore(signal: AbortSignal): Promise<void>;
}

/** `deliver` gets the newest message of a subject whose time has come, as if the stream had delivered it. */
export const createWaitHeap = (
  core: Core,
  stream: string,
  memory: DurableMemory,
  deliver: (raw: RawFact, delivery: Deliverable) => void,
): WaitHeap => {
  const timers = new Map<string, NodeJS.Timeout>();

  const arm = (subject: string, dueMs: number): void => {
    clearTimeout(timers.get(subject));
    const timer = setTimeout(() => void look(subject), Math.min(mostTimerMs, Math.max(0, dueMs - Date.now())));
    timer.unref();
    timers.set(subject, timer);
  };

  const look = async (subject: string): Promise<void> => {
    try {
      const newest = await readStored(core.wire, stream, { last_by_subj: subject });
      if (!timers.has(subject)) return; // ended meanwhile
      if (newest === undefined) return end(subject);
      deliver(rawOf(newest), {
        ack: () => end(subject),
        term: () => end(subject),
        nak: (delayMs) => arm(subject, Date.now() + (delayMs ?? 0)),
        working: () => {},
        park: () => {},
      });
    } catch (error) {
      core.wire.log.warn("waiting message was not read", { subject, error: wordsOf(error) });
      arm(subject, Date.now() + 5000);
    }
  };

  const end = (subject: string): void => {
    clearTimeout(timers.get(subject));
    timers.delete(subject);
    memory.ended(subject);
  };

  return {
    async wait(subject, ms, traceId) {
      const dueMs = Date.now() + ms;
      await memory.waits(subject, dueMs, traceId);
      arm(subject, dueMs);
    },
    end,
    async restore(signal) {
      for (const [subject, dueMs] of await memory.load(signal)) arm(subject, dueMs);
    },
    [Symbol.dispose]() {
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
    },
  };
};

const rawOf = (stored: Stored): RawFact => ({
  subject: stored.subject,
  data: stored.data,
  header: (name) => stored.header.get(name),
  sequence: stored.seq,
  attempt: 1,
  at: stored.time,
});
