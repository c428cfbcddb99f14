import type { JsMsg } from "@nats-io/jetstream";

import { BusRefused } from "./bus-errors.ts";
import { durablesOf, type Durable } from "./consumers.ts";
import type { Core } from "./core.ts";
import { createHandling } from "./handle-delivery.ts";
import { createMailbox, type Job, type OpenMailbox } from "./mailbox.ts";
import type { Mailbox, Route } from "./port.ts";
import { pullLoop } from "./pull-loop.ts";
import { type RawFact, readFact } from "./read-fact.ts";
import { retried } from "./stored-send.ts";

export interface ConsumeOptions {
  readonly mailbox?: Mailbox;
  readonly reset?: boolean;
}

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
  if (options.reset === true) await resetDurable(core, durable, signal);
  const mailbox = (options.mailbox ?? createMailbox()) as OpenMailbox;
  const byType = new Map(routes.map((route) => [route.type, route]));
  const loop = Symbol(name);
  const handling = createHandling(core, durable, signal);
  const onMessage = (message: JsMsg): void => {
    if (signal.aborted) return message.nak();
    const raw = rawOf(message);
    const read = readFact(core, raw);
    if (!read.ok) return handling.fault(message, raw, read);
    const route = byType.get(read.delivery.type);
    if (route === undefined) return message.ack(); // not for this service
    const held = handling.hold(message);
    const job: Job = {
      loop,
      key: route.key(read.delivery.fact as never),
      type: route.type,
      sequence: raw.sequence,
      trace: read.delivery.trace,
      run: (stop, replaced) => handling.run({ held, raw, read, route, stop, replaced }),
      drop: () => held.settle("ack"),
    };
    mailbox.push(job);
  };
  try {
    await pullLoop(core.wire, durable, onMessage, signal);
  } finally {
    for (const job of mailbox.evict(loop)) handling.handBack(job.sequence);
    await handling.idle();
    handling.stop();
  }
};

/** Starts delivery again from the acknowledgement floor; what a dead owner held comes back at once. */
export const resetDurable = async (
  core: Core,
  durable: Durable,
  signal?: AbortSignal,
  from?: number,
): Promise<void> => {
  await retried(
    () => core.wire.jsm.consumers.reset(durable.stream, durable.name, from),
    `reset of ${durable.name}`,
    signal,
  );
};

const rawOf = (message: JsMsg): RawFact => ({
  subject: message.subject,
  data: message.data,
  header: (name) => message.headers?.get(name) ?? "",
  sequence: message.info.streamSequence,
  attempt: message.info.deliveryCount,
  at: message.time,
});
