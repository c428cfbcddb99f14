import { spread } from "@evenkeel/async";
import { startDeadline } from "@evenkeel/machine";
import type { SpanContext } from "@opentelemetry/api";

import type { Durable } from "../topology/consumers.ts";
import type { Core } from "../core.ts";
import type { SetAside } from "./dead-letter.ts";
import type { DeadLetters } from "./dead-letters.ts";
import type { Holding } from "./deliverable.ts";
import { wordsOf } from "../wire/explain-failure.ts";
import { Superseded } from "./mailbox.ts";
import { isPassingFault } from "../wire/passing-fault.ts";
import type { Outcome } from "../port.ts";
import { failedAgain, isHopeless, noTries, restMs, retryMs, revisitMs, type Tries } from "./quarantine-rule.ts";
import type { RawFact, ReadFact } from "../facts/read-fact.ts";
import { runHandler, type Work } from "./run-handler.ts";
import { LONG_WAIT_MS, type WaitHeap } from "./wait-heap.ts";
import { wholeDelayMs } from "../wire/whole-delay.ts";
import type { DurableMemory } from "./work-status.ts";

/** What one loop works with. */
export interface Loop {
  readonly durable: Durable;
  readonly signal: AbortSignal;
  readonly holding: Holding;
  readonly deadLetters: DeadLetters;
  readonly memory: DurableMemory;
  readonly waits: WaitHeap;
  /** Failed tries of messages in this process, by sequence. */
  readonly failures: Map<number, Tries>;
}

/** A handler ran past the durable's deadline. */
export class DeadlinePassed extends Error {
  override readonly name = "DeadlinePassed";
}

/** An unknown schema is waited for that long: the rest of a rolling upgrade. */
const SCHEMA_PATIENCE_MS = 24 * 3_600_000;

/** Takes one delivery from its start to its settlement; never rejects. `isRepeat`: it may have been started before. */
export const handleDelivery = async (
  core: Core,
  loop: Loop,
  work: Work,
  { isRepeat, replaced }: { readonly isRepeat: boolean; readonly replaced: readonly SpanContext[] },
  stop: AbortSignal,
): Promise<void> => {
  const { raw } = work;
  const { deadlineSeconds } = loop.durable;
  using deadline = startDeadline(
    core.wire.clock,
    deadlineSeconds * 1000,
    () => new DeadlinePassed(`${raw.subject} took more than ${deadlineSeconds} s`),
  );
  try {
    const signal = AbortSignal.any([stop, loop.signal, deadline.signal]);
    if (isRepeat && (await wasStartedTooOften(core, loop, raw, signal))) return;
    const outcome = await runHandler(core, loop.durable.name, work, replaced, signal);
    if (stop.reason instanceof Superseded) giveWay(loop, raw);
    else await settle(core, loop, raw, outcome);
  } catch (error) {
    if (stop.reason instanceof Superseded) giveWay(loop, raw);
    else if (loop.signal.aborted) handBack(loop, raw);
    else await fail(core, loop, raw, deadline.signal.aborted ? deadline.signal.reason : error);
  }
};

/** Something newer of its key and type waits: it is over, however its handler ended. */
const giveWay = (loop: Loop, raw: RawFact): void => {
  loop.failures.delete(raw.sequence);
  loop.memory.ended(raw.subject);
  loop.holding.settle(raw.sequence, (message) => message.ack());
};

/** We stop: the next owner gets it at once, and it was no failure. */
const handBack = (loop: Loop, raw: RawFact): void => {
  loop.memory.ended(raw.subject);
  loop.holding.settle(raw.sequence, (message) => message.nak());
};

/**
 * The crash counter: a message that ends our process leaves no failure behind, only starts. One whose starts followed
 * each other quickly is left alone for the rest of the time and then tried once more.
 */
const wasStartedTooOften = async (core: Core, loop: Loop, raw: RawFact, signal: AbortSignal): Promise<boolean> => {
  const { starts, sinceFirstMs } = await loop.memory.started(raw.subject, raw.sequence);
  if (!isHopeless(starts, sinceFirstMs)) {
    await core.wire.clock.sleep(restMs(starts, sinceFirstMs), signal);
    return false;
  }
  const reason = { code: "Unexpected", message: `started ${starts} times without an outcome` } as const;
  await setAside(core, loop, raw, { kind: "quarantined", reason, attempts: starts });
  return true;
};

/** What an outcome means for the message; the only place that maps it. */
const settle = async (core: Core, loop: Loop, raw: RawFact, outcome: Outcome): Promise<void> => {
  loop.failures.delete(raw.sequence);
  switch (outcome.kind) {
    case "done":
      loop.holding.settle(raw.sequence, (message) => message.ack());
      loop.waits.end(raw.subject);
      return loop.deadLetters.resolve(raw.subject);
    case "wait": {
      const { consumer, reason, ms } = { consumer: loop.durable.name, ...outcome, ms: wholeDelayMs(outcome.ms) };
      core.wire.log.debug("delivery waits", { consumer, subject: raw.subject, reason, duration_ms: ms });
      if (ms > LONG_WAIT_MS) {
        // Stored first: a crash in between repeats the delivery, it does not lose the wait.
        await loop.waits.wait(raw.subject, ms, raw.header("traceparent").slice(3, 35));
        return loop.holding.settle(raw.sequence, (message) => message.park());
      }
      loop.memory.ended(raw.subject);
      return loop.holding.settle(raw.sequence, (message) => message.nak(spread(ms, core.wire.rng.chance())));
    }
    case "reject":
      return setAside(core, loop, raw, { kind: "refused", reason: outcome, attempts: raw.attempt });
  }
};

const fail = async (core: Core, loop: Loop, raw: RawFact, error: unknown): Promise<void> => {
  const now = core.wire.clock.monotonic();
  const passing = isPassingFault(error);
  const tries = failedAgain(loop.failures.get(raw.sequence) ?? noTries, passing, now);
  loop.failures.set(raw.sequence, tries);
  const { subject } = raw;
  core.wire.log.warn("handler failed", { consumer: loop.durable.name, subject, attempts: tries.count, passing, error });
  if (!passing && isHopeless(tries.telling, now - tries.since)) {
    const reason = { code: "Unexpected", message: wordsOf(error) } as const;
    return setAside(core, loop, raw, { kind: "quarantined", reason, attempts: tries.count });
  }
  loop.memory.ended(subject);
  loop.holding.settle(raw.sequence, (message) => message.nak(retryMs(tries, core.wire.rng)));
};

/** Told, and left in the stream: it is looked at again later, as its cause may be gone by then. */
const setAside = async (core: Core, loop: Loop, raw: RawFact, why: SetAside): Promise<void> => {
  const letter = await loop.deadLetters.setAside(raw, why);
  if (letter === undefined) return loop.holding.settle(raw.sequence, (message) => message.nak(10_000));
  loop.failures.delete(raw.sequence);
  await loop.waits.revisit(raw.subject, letter, (times) => revisitMs(times, core.wire.rng));
  loop.holding.settle(raw.sequence, (message) => message.term(why.reason.code));
};

/** A message that is no fact for us: set aside at once, but an unknown schema waits for our upgrade. */
export const handleFault = async (
  core: Core,
  loop: Loop,
  raw: RawFact,
  { fault, why }: Extract<ReadFact, { ok: false }>,
): Promise<void> => {
  if (fault === "schema" && core.wire.clock.now().getTime() - raw.at.getTime() < SCHEMA_PATIENCE_MS) {
    core.wire.log.warn("schema is not known yet", { consumer: loop.durable.name, subject: raw.subject, reason: why });
    return loop.holding.settle(raw.sequence, (message) => message.nak(60_000));
  }
  const reason = { code: "MessageRefused", message: `${fault}: ${why}` } as const;
  await setAside(core, loop, raw, { kind: "quarantined", reason, attempts: raw.attempt });
};
