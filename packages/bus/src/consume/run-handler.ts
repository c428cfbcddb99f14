import { type SpanContext, SpanKind } from "@opentelemetry/api";

import type { Core } from "../core.ts";
import type { Outcome, Route } from "../port.ts";
import type { RawFact, ReadFact } from "../facts/read-fact.ts";

/** One verified delivery with the handler it goes to. */
export interface Work {
  readonly raw: RawFact;
  readonly read: Extract<ReadFact, { ok: true }>;
  readonly route: Route;
}

/**
 * Runs a handler inside its span: a single message takes its creation context as parent and links to it; what it
 * superseded it links to alone.
 */
export const runHandler = (
  core: Core,
  durable: string,
  { raw, read, route }: Work,
  replaced: readonly SpanContext[],
  signal: AbortSignal,
): Promise<Outcome> => {
  const { clock } = core.wire;
  const { trace } = read.delivery;
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
      "messaging.message.id": raw.header("Nats-Msg-Id"),
      "evenkeel.bus.delivery_count": raw.attempt,
      "evenkeel.queue.wait_ms": Math.max(0, clock.now().getTime() - raw.at.getTime()),
    },
  };
  const startedAt = clock.monotonic();
  let ended: Outcome["kind"] | "throw" = "throw";
  return core.telemetry
    .span(`process ${read.flow.template}`, options, async (span) => {
      const outcome = await route.handle(read.delivery as never, signal);
      ended = outcome.kind;
      span.set({ "evenkeel.bus.outcome": ended });
      return outcome;
    })
    .finally(() => core.metrics.processed(read.flow.template, durable, (clock.monotonic() - startedAt) / 1000, ended));
};
