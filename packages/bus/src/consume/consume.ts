import type { JsMsg } from "@nats-io/jetstream";

import { standingOf } from "../topology/boot-checks.ts";
import { BusRefused } from "../bus-errors.ts";
import { durablesOf, type Durable } from "../topology/consumers.ts";
import type { Core } from "../core.ts";
import { createDeadLetters } from "./dead-letters.ts";
import { createHolding, type Deliverable } from "./deliverable.ts";
import { handleDelivery, handleFault, type Loop } from "./handle-delivery.ts";
import { createMailbox, type OpenMailbox } from "./mailbox.ts";
import type { Mailbox, Route } from "../port.ts";
import { mendHandOver } from "../shards/mend-hand-over.ts";
import { pullLoop } from "./pull-loop.ts";
import { type RawFact, readFact } from "../facts/read-fact.ts";
import { retried } from "../facts/read-stored.ts";
import { createWaitHeap } from "./wait-heap.ts";
import { wholeDelayMs } from "../wire/whole-delay.ts";
import { openMemory } from "./work-status.ts";

export interface ConsumeOptions {
  readonly mailbox?: Mailbox;
  readonly reset?: boolean;
}

/** So far sequences of one server process lie below those of the next: its stream may have fallen back. */
const generationStep = 2 ** 44;

/** Pulls one durable until the signal ends; then hands back what waits and ends when what runs has ended. */
export const consumeDurable = async (
  core: Core,
  name: string,
  routes: readonly Route[],
  options: ConsumeOptions,
  signal: AbortSignal,
): Promise<void> => {
  const durable = durablesOf(core.counts).find((row) => row.name === name);
  if (durable === undefined) throw new BusRefused(`consumer ${name} is not in the table of consumers`);
  const mailbox = (options.mailbox ?? createMailbox()) as OpenMailbox;
  const byType = new Map(routes.map((route) => [route.type, route]));
  const id = Symbol(name);
  const startedAt = core.wire.clock.now();
  const running = new Set<Promise<void>>();
  const track = (work: Promise<void>): Promise<void> => {
    const done = work.catch((error: unknown) =>
      core.wire.log.error("delivery was not settled", { consumer: name, error }),
    );
    running.add(done);
    return done.finally(() => running.delete(done));
  };

  const deliver = (raw: RawFact, delivery: Deliverable, wasSetAside = false): void => {
    const read = readFact(core, raw);
    if (read.ok && !byType.has(read.delivery.type)) return delivery.ack(); // not for this service
    loop.holding.hold(raw.sequence, raw.at, delivery);
    if (!read.ok) return void track(handleFault(core, loop, raw, read));
    const route = byType.get(read.delivery.type);
    if (route === undefined) return;
    core.metrics.consumed(read.flow.template, name, raw.attempt);
    // Failed or waiting here before is no crash; after a hand-over nobody knows what the last owner had started.
    const isKnown = loop.failures.has(raw.sequence) || naked.has(raw.sequence);
    const isRepeat = wasSetAside || (!isKnown && (raw.attempt > 1 || (options.reset === true && raw.at < startedAt)));
    mailbox.push({
      loop: id,
      key: route.key(read.delivery.fact as never),
      type: route.type,
      share: route.share?.(read.delivery.fact as never),
      sequence: core.wire.connection.generation() * generationStep + raw.sequence,
      trace: read.delivery.trace,
      run: (stop, replaced) => track(handleDelivery(core, loop, { raw, read, route }, { isRepeat, replaced }, stop)),
      drop: () => loop.holding.settle(raw.sequence, (message) => message.ack()),
      handBack: () => loop.holding.settle(raw.sequence, (message) => message.nak()),
    });
  };

  const naked = new Set<number>();
  const memory = openMemory(core, name);
  using holding = createHolding(core.wire.clock, durable.ackWaitSeconds);
  using waits = createWaitHeap(core, durable.stream, memory, deliver);
  const deadLetters = createDeadLetters(core, name);
  const loop: Loop = { durable, signal, holding, deadLetters, memory, waits, failures: new Map() };

  await startDelivery(core, durable, options.reset === true, signal);
  for (const letter of await waits.restore(signal)) deadLetters.remember(letter);
  const watching = core.wire.connection.onNewServer(() => {
    resetDurable(core, durable, 1, signal).catch((error: unknown) =>
      core.wire.log.error("consumer was not reset", { consumer: name, error }),
    );
  });
  const handedOver = new AbortController();
  const known = (): number => holding.size + [...naked].filter((sequence) => !holding.has(sequence)).length;
  if (options.reset === true) {
    const until = AbortSignal.any([signal, handedOver.signal]);
    const reset = (): Promise<void> => resetDurable(core, durable, undefined, until);
    void mendHandOver(core, durable, known, reset, until);
  }
  const stopObserving = core.queues.add(name, () => holding.oldest());
  try {
    await pullLoop(core.wire, durable, (message) => deliver(rawOf(message), deliverableOf(message, naked)), signal);
  } finally {
    handedOver.abort();
    watching[Symbol.dispose]();
    stopObserving();
    for (const job of mailbox.evict(id)) job.handBack();
    await Promise.all(running);
  }
};

/** After a hand-over delivery starts from the acknowledgement floor, after the loss of unsynced writes from the first. */
const startDelivery = async (core: Core, durable: Durable, reset: boolean, signal: AbortSignal): Promise<void> => {
  if (await core.mustReplay(durable.name)) await resetDurable(core, durable, 1, signal);
  else if (reset) await resetDurable(core, durable, undefined, signal);
};

const resetDurable = async (
  core: Core,
  durable: Durable,
  from: number | undefined,
  signal: AbortSignal,
): Promise<void> => {
  // Older servers have no reset: what a dead owner held comes back after ack_wait.
  if (standingOf(core.wire.nc.info?.version ?? "") !== "supported") return;
  await retried(
    core.wire,
    () => core.wire.jsm.consumers.reset(durable.stream, durable.name, from),
    `reset of ${durable.name}`,
    signal,
  );
};

/** Remembers what we handed back ourselves: its redelivery is no sign of a crash. */
const deliverableOf = (message: JsMsg, naked: Set<number>): Deliverable => {
  const { streamSequence } = message.info;
  const forget = (): void => void naked.delete(streamSequence);
  return {
    ack: () => (forget(), message.ack()),
    term: (reason) => (forget(), message.term(reason)),
    nak: (delayMs) => {
      naked.add(streamSequence);
      message.nak(delayMs === undefined ? undefined : wholeDelayMs(delayMs));
    },
    working: () => message.working(),
    park: () => (forget(), message.ack()),
  };
};

const rawOf = (message: JsMsg): RawFact => ({
  subject: message.subject,
  data: message.data,
  header: (name) => message.headers?.get(name) ?? "",
  sequence: message.info.streamSequence,
  attempt: message.info.deliveryCount,
  at: message.time,
});
