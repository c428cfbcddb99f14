import type { DeadLetter } from "@evenkeel/contracts";

import type { Core } from "../core.ts";
import type { Deliverable } from "./deliverable.ts";
import { wordsOf } from "../wire/explain-failure.ts";
import type { RawFact } from "../facts/read-fact.ts";
import { readStored, type Stored } from "../facts/read-stored.ts";
import { wholeDelayMs } from "../wire/whole-delay.ts";
import type { DurableMemory } from "./work-status.ts";

/** Longer waits leave the stream: a message that waits there takes one of the durable's few places. */
export const LONG_WAIT_MS = 30_000;

/** Long waits of one durable: on this process's own timers, remembered in bucket `status`. */
export interface WaitHeap extends Disposable {
  /** Looks at the newest message of a subject again after `ms`; resolves once that is stored. */
  wait(subject: string, ms: number, traceId: string): Promise<void>;
  /** Looks again at a subject whose message was set aside; `afterMs` says when, by how often that was so in a row. */
  revisit(subject: string, letter: DeadLetter, afterMs: (times: number) => number): Promise<void>;
  /** The subject has its outcome: nothing waits any more. */
  end(subject: string): void;
  /** Takes up what waited when the shard was last held; resolves to the dead letters among it. */
  restore(signal: AbortSignal): Promise<readonly DeadLetter[]>;
}

/**
 * `deliver` gets the newest message of a subject whose time has come, as if the stream had delivered it; `wasSetAside`:
 * its last outcome was a dead letter.
 */
export const createWaitHeap = (
  core: Core,
  stream: string,
  memory: DurableMemory,
  deliver: (raw: RawFact, delivery: Deliverable, wasSetAside: boolean) => void,
): WaitHeap => {
  const nowMs = (): number => core.wire.clock.now().getTime();
  const timers = new Map<string, Disposable>();

  const arm = (subject: string, dueMs: number): void => {
    timers.get(subject)?.[Symbol.dispose]();
    timers.set(
      subject,
      core.wire.clock.after(wholeDelayMs(dueMs - nowMs()), () => void look(subject)),
    );
  };

  const look = async (subject: string): Promise<void> => {
    try {
      const newest = await readStored(core.wire, stream, { last_by_subj: subject });
      if (!timers.has(subject)) return; // ended meanwhile
      if (newest === undefined) return end(subject);
      const delivery: Deliverable = {
        ack: () => end(subject),
        term: () => {}, // it was set aside again, and armed by that
        nak: (delayMs) => arm(subject, nowMs() + (delayMs ?? 0)),
        working: () => {},
        park: () => {},
      };
      deliver(rawOf(newest), delivery, memory.letterOf(subject) !== undefined);
    } catch (error) {
      core.wire.log.warn("waiting message was not read", { subject, error: wordsOf(error) });
      arm(subject, nowMs() + 5000);
    }
  };

  const end = (subject: string): void => {
    timers.get(subject)?.[Symbol.dispose]();
    timers.delete(subject);
    memory.forget(subject);
  };

  return {
    async wait(subject, ms, traceId) {
      const dueMs = nowMs() + ms;
      await memory.waits(subject, dueMs, traceId);
      arm(subject, dueMs);
    },
    async revisit(subject, letter, afterMs) {
      arm(subject, await memory.setAside(subject, letter, afterMs));
    },
    end,
    async restore(signal) {
      const remembered = await memory.load(signal);
      for (const { subject, dueMs } of remembered) arm(subject, dueMs);
      return remembered.flatMap(({ letter }) => letter ?? []);
    },
    [Symbol.dispose]() {
      for (const timer of timers.values()) timer[Symbol.dispose]();
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
