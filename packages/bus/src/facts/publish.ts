import { SpanKind } from "@opentelemetry/api";
import { type Flow, subjectOf } from "@evenkeel/contracts";
import { randomName } from "@evenkeel/machine";
import { strikeValues } from "@evenkeel/telemetry";

import { BusConflict, BusRefused } from "../bus-errors.ts";
import type { Core } from "../core.ts";
import { header, schemaMajor } from "../wire/headers.ts";
import { isMendable, lookAtLast } from "./last-fact.ts";
import type { Published, PublishOptions } from "../port.ts";
import { factText, sha256Hex } from "../trust/sign-fact.ts";
import { sendStored, type StoredMessage } from "../wire/stored-send.ts";
import { MAX_FACT_BYTES } from "../topology/streams.ts";
import { traceparentOf } from "../wire/trace-headers.ts";

/** A fact ready to be sent: subject, body and signed headers, no credential in any of its words. */
export const sealFact = <T>(core: Core, flow: Flow<T>, fact: T) => {
  const subject = subjectOf(flow, fact, core.counts);
  const body = flow.codec.encode(strikeValues(fact, "prose")).finish();
  if (body.length > MAX_FACT_BYTES) {
    throw new BusRefused(`${subject} is ${body.length} bytes, more than the ${MAX_FACT_BYTES} a fact may have`);
  }
  const signature = core.signer.signText(factText(core.installation, subject, flow.type, body));
  return {
    subject,
    body,
    headers: {
      [header.type]: flow.type,
      [header.schema]: schemaMajor(flow.type),
      [header.signature]: signature,
    },
  };
};

/** Publishes one fact to the subject its body says, signed, with its message id and the trace it is part of. */
export const publishFact = <T>(
  core: Core,
  flow: Flow<T>,
  fact: T,
  options: PublishOptions = {},
): Promise<Published> => {
  const { subject, body, headers } = sealFact(core, flow, fact);
  const id = flow.messageId(fact);
  const messageId = id === "" ? randomName(core.wire.rng) : messageIdOf(id, body, options.expectLast !== undefined);
  const attributes = {
    "messaging.system": "nats",
    "messaging.destination.template": flow.template,
    "messaging.message.id": messageId,
    "messaging.operation.name": "publish",
    "messaging.operation.type": "send",
  };
  return core.telemetry.span(`publish ${flow.template}`, { kind: SpanKind.PRODUCER, attributes }, async (span) => {
    const trace = {
      [header.traceparent]: traceparentOf(span.context),
      ...(span.context.traceState === undefined ? {} : { [header.tracestate]: span.context.traceState.serialize() }),
    };
    const message = { stream: flow.stream, subject, body, messageId, headers: { ...headers, ...trace } };
    try {
      const published = await store(core, flow, message, options);
      core.metrics.sent(flow.template);
      return published;
    } catch (error) {
      core.metrics.sent(flow.template, (error as Error).name);
      throw error;
    }
  });
};

/**
 * Under an expectation the id also names the content: two writers of one place must not be taken for each other, as three
 * replicas look at the id before they look at what is expected.
 */
const messageIdOf = (id: string, body: Uint8Array, isExpecting: boolean): string =>
  isExpecting ? `${id}:${sha256Hex(body).slice(0, 32)}` : id;

const store = async <T>(
  core: Core,
  flow: Flow<T>,
  message: StoredMessage,
  { expectLast, signal }: PublishOptions,
): Promise<Published> => {
  if (expectLast === undefined) return sendStored(core.wire, message, { signal });
  try {
    return await sendStored(core.wire, { ...message, expectLast }, { signal });
  } catch (error) {
    // "There must be none" holds where something lies that is no fact: its place is taken back.
    if (!(error instanceof BusConflict) || expectLast !== 0 || !isMendable(flow.stream)) throw error;
    const last = await lookAtLast(core, flow, message.subject, signal);
    if (last.kind !== "foreign") throw error;
    return sendStored(core.wire, { ...message, expectLast: last.sequence }, { signal });
  }
};
