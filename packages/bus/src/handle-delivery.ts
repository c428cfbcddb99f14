import { type SpanContext, SpanKind } from "@opentelemetry/api";
import type { JsMsg } from "@nats-io/jetstream";
import type { DeadLetter } from "@evenkeel/contracts";

import { backOffMs, jitter } from "./back-off.ts";
import type { Core } from "./core.ts";
import type { Durable } from "./consumers.ts";
import { deadLetterOf, publishDeadLetter, resolvedLetter } from "./dead-letter.ts";
import { wordsOf } from "./explain-failure.ts";
import { Superseded } from "./mailbox.ts";
import type { Outcome, Route } from "./port.ts";
import type { RawFact, ReadFact } from "./read-fact.ts";

/** A message of ours until it is settled; told to the server as being worked on. */
export interface Held {
  settle(how: "ack" | "nak" | "term", delayMs?: number, reason?: string): void;
}

interface Work {
  readonly held: Held;
  readonly raw: RawFact;
  readonly read: Extract<ReadFact, { ok: true }>;
  readonly route: Route;
  readonly stop: AbortSignal;
  readonly replaced: readonly SpanContext[];
}

/** Failed tries of one message before it is set aside. */
const mostFailures = 5;
/** An unknown schema is waited for that long: the rest of a rolling upgrade. */
const schemaPatienceMs = 24 * 3_600_000;

/** All that happens between a delivery and its settlement, for one durable. */
export const createHandling = (core: Core, durable: Durable, loopSignal: AbortSignal) => {
  const { log } = core.wire;
  const held = new Map<number, JsMsg>();
  const failures = new Map<number, number>();
  const setAside = new Map<string, DeadLetter>();
  const running = new Set<Promise<void>>();

  const heartbeat = setInterval(
    () => {
      for (const message of held.values()) message.working();
    },
    (durable.ackWaitSeconds * 1000) / 4,
  );
  heartbeat.unref();

  const hold = (message: JsMsg): Held => {
    const sequence = message.info.streamSequence;
    held.set(sequence, message);
    return {
      settle(how, delayMs, reason) {
        const current = held.get(sequence) ?? message;
        held.delete(sequence);
        if (how !== "nak") failures.delete(sequence);
        if (how === "ack") current.ack();
        else if (how === "term") current.term(reason);
        else current.nak(delayMs);
      },
    };
  };

  /** Sets a message aside, then ends it; if that cannot be told, it comes back. */
  const giveUp = async (settled: Held, letter: DeadLetter): Promise<void> => {
    log.error("message was set aside", {
      consumer: durable.name,
      subject: letter.subject,
      reason: letter.reason?.code,
      message: letter.reason?.message,
      attempts: letter.attempts,
    });
    try {
      await publishDeadLetter(core, letter);
      setAside.set(letter.key, letter);
      settled.settle("term", undefined, letter.reason?.code);
    } catch (error) {
      log.error("dead letter was not stored", { subject: letter.subject, error });
      settled.settle("nak", 10_000);
    }
  };

  const settle = async ({ held: settled, raw }: Work, outcome: Outcome): Promise<void> => {
    switch (outcome.kind) {
      case "done": {
        settled.settle("ack");
        const letter = setAside.get(raw.subject.slice("ek.v1.".length));
        if (letter === undefined) return;
        setAside.delete(letter.key);
        await publishDeadLetter(core, resolvedLetter(letter)).catch((error: unknown) =>
          log.warn("end of a dead letter was not stored", { error }),
        );
        return;
      }
      case "wait":
        log.debug("delivery waits", {
          consumer: durable.name,
          subject: raw.subject,
          reason: outcome.reason,
          duration_ms: outcome.ms,
        });
        return settled.settle("nak", jitter(outcome.ms));
      case "reject":
        return giveUp(settled, deadLetterOf(core, durable.name, raw, "refused", outcome, raw.attempt));
    }
  };

  const onThrow = async ({ held: settled, raw }: Work, error: unknown): Promise<void> => {
    const failed = (failures.get(raw.sequence) ?? 0) + 1;
    failures.set(raw.sequence, failed);
    log.warn("handler failed", { consumer: durable.name, subject: raw.subject, attempts: failed, error });
    if (failed < mostFailures) return settled.settle("nak", backOffMs(failed - 1, 1000, 60_000));
    const reason = { code: "Unexpected", message: wordsOf(error) } as const;
    await giveUp(settled, deadLetterOf(core, durable.name, raw, "quarantined", reason, failed));
  };

  const process = async (work: Work): Promise<void> => {
    const { raw, read, route, stop, replaced } = work;
    const deadline = AbortSignal.timeout(durable.deadlineSeconds * 1000);
    const signal = AbortSignal.any([stop, loopSignal, deadline]);
    const trace = read.delivery.trace;
    const options = {
      kind: SpanKind.CONSUMER,
      parent: trace ?? null,
      links: [...(trace === undefined ? [] : [trace]), ...replaced],
      attributes: {
        "messaging.system": "nats",
        "messaging.destination.template": read.flow.template,
        "messaging.consumer.group.name": core.service,
        "messaging.operation.name": "process",
        "messaging.operation.type": "process",
        "evenkeel.bus.delivery_count": raw.attempt,
        "evenkeel.queue.wait_ms": Math.max(0, Date.now() - raw.at.getTime()),
      },
    };
    try {
      const outcome = await core.telemetry.span(`process ${read.flow.template}`, options, async (span) => {
        const result = await route.handle(read.delivery as never, signal);
        span.set({ "evenkeel.bus.outcome": result.kind });
        return result;
      });
      if (stop.reason instanceof Superseded) work.held.settle("ack");
      else await settle(work, outcome);
    } catch (error) {
      if (stop.reason instanceof Superseded) work.held.settle("ack");
      else if (loopSignal.aborted) work.held.settle("nak");
      else await onThrow(work, error);
    }
  };

  return {
    hold,
    run(work: Work): Promise<void> {
      const done = process(work).catch((error: unknown) =>
        log.error("delivery was not settled", { subject: work.raw.subject, error }),
      );
      running.add(done);
      return done.finally(() => running.delete(done));
    },
    /** A message that is not a fact for us: set aside at once, but an unknown schema waits for our upgrade. */
    fault(message: JsMsg, raw: RawFact, { fault, why }: Extract<ReadFact, { ok: false }>): void {
      const settled = hold(message);
      if (fault === "schema" && Date.now() - raw.at.getTime() < schemaPatienceMs) {
        log.warn("schema is not known yet", { consumer: durable.name, subject: raw.subject, reason: why });
        return settled.settle("nak", 60_000);
      }
      const letter = deadLetterOf(
        core,
        durable.name,
        raw,
        "quarantined",
        { code: "MessageRefused", message: `${fault}: ${why}` },
        raw.attempt,
      );
      void giveUp(settled, letter);
    },
    handBack(sequence: number): void {
      held.get(sequence)?.nak();
      held.delete(sequence);
    },
    /** Resolves when nothing runs. */
    async idle(): Promise<void> {
      await Promise.all(running);
    },
    stop(): void {
      clearInterval(heartbeat);
    },
  };
};
