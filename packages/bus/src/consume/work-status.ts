import { buckets, type DeadLetter, SUBJECT_ROOT, type WorkStatus } from "@evenkeel/contracts";

import { openOwnState } from "../state/open-state.ts";
import type { Core } from "../core.ts";
import { wordsOf } from "../wire/explain-failure.ts";

/** A subject that is to be looked at again. */
export interface Remembered {
  readonly subject: string;
  readonly dueMs: number;
  /** It was set aside, and this was told. */
  readonly letter: DeadLetter | undefined;
}

/** Working memory of one durable in bucket `status`: what must survive a restart about single messages. */
export interface DurableMemory {
  /** Counts a start of one message; resolves to how many it had without an outcome, this one included, and since when. */
  started(subject: string, sequence: number): Promise<{ readonly starts: number; readonly sinceFirstMs: number }>;
  /** Remembers when to look at a subject again. Throws if it cannot be stored. */
  waits(subject: string, dueMs: number, traceId: string): Promise<void>;
  /** Remembers that a subject was set aside; resolves to when it is looked at again. Never throws. */
  setAside(subject: string, letter: DeadLetter, afterMs: (times: number) => number): Promise<number>;
  /** What was told of a subject that is set aside. */
  letterOf(subject: string): DeadLetter | undefined;
  /** The message that was started has had an outcome; what was told of its subject stands. */
  ended(subject: string): void;
  /** Forgets a subject, if anything is remembered of it. */
  forget(subject: string): void;
  /** All subjects that wait or were set aside. */
  load(signal: AbortSignal): Promise<readonly Remembered[]>;
}

const keyOf = ({ service }: Core, durable: string, subject: string) => ({
  service,
  durable,
  subject: subject.slice(SUBJECT_ROOT.length),
});

/** So many starts are left to a message that was set aside for them: the next crash sets it aside again. */
const STARTS_KEPT = 3;

/** Only the holder of the durable's lease writes it. */
export const openMemory = (core: Core, durable: string): DurableMemory => {
  const bucket = openOwnState(core.wire, core.service, buckets.workStatus);
  const nowMs = (): number => core.wire.clock.now().getTime();
  const known = new Map<string, WorkStatus>();
  const put = async (subject: string, status: WorkStatus): Promise<void> => {
    known.set(subject, status);
    await bucket.put(keyOf(core, durable, subject), status);
  };
  const read = async (subject: string): Promise<WorkStatus> =>
    (await bucket.get(keyOf(core, durable, subject)))?.value ?? nothing;
  const warn = (subject: string) => (error: unknown) =>
    core.wire.log.warn("status was not kept", { subject, error: wordsOf(error) });
  const forget = (subject: string): void => {
    if (!known.delete(subject)) return;
    bucket.delete(keyOf(core, durable, subject)).catch(warn(subject));
  };
  return {
    async started(subject, sequence) {
      const before = await read(subject);
      const isSame = before.sequence === BigInt(sequence) && before.starts > 0;
      const starts = isSame ? before.starts + 1 : 1;
      const firstStartMs = isSame ? before.firstStartMs : BigInt(nowMs());
      await put(subject, { ...before, starts, firstStartMs, sequence: BigInt(sequence) });
      return { starts, sinceFirstMs: nowMs() - Number(firstStartMs) };
    },
    async waits(subject, dueMs, traceId) {
      const before = known.get(subject) ?? (await read(subject));
      await put(subject, { ...before, nextRetryMs: BigInt(Math.round(dueMs)), starts: 0, traceId });
    },
    async setAside(subject, letter, afterMs) {
      const before = known.get(subject) ?? nothing;
      const attempts = before.attempts + 1;
      const dueMs = nowMs() + Math.round(afterMs(attempts));
      const starts = Math.min(before.starts, STARTS_KEPT);
      await put(subject, { ...before, attempts, starts, letter, nextRetryMs: BigInt(dueMs) }).catch(warn(subject));
      return dueMs;
    },
    letterOf: (subject) => known.get(subject)?.letter,
    ended(subject) {
      const status = known.get(subject);
      if (status?.letter === undefined) return forget(subject);
      if (status.starts > 0) put(subject, { ...status, starts: 0 }).catch(warn(subject));
    },
    forget,
    async load(signal) {
      const stop = new AbortController();
      await bucket.watch(
        { service: core.service, durable },
        {
          onEntry: ({ key, value }) => {
            const subject = SUBJECT_ROOT + key.subject;
            if (value === undefined) known.delete(subject);
            else known.set(subject, value);
          },
          onReset: () => known.clear(),
        },
        AbortSignal.any([signal, stop.signal]),
      );
      stop.abort();
      return [...known].flatMap(([subject, { letter, nextRetryMs, starts }]) => {
        if (nextRetryMs === 0n) return [];
        // A restart may have brought the mended program; what ended the process before waits for its time.
        const isDue = letter !== undefined && starts === 0;
        return [{ subject, letter, dueMs: isDue ? nowMs() : Number(nextRetryMs) }];
      });
    },
  };
};

const nothing: WorkStatus = {
  starts: 0,
  attempts: 0,
  nextRetryMs: 0n,
  traceId: "",
  sequence: 0n,
  firstStartMs: 0n,
  letter: undefined,
};
