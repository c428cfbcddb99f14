import { type Flow, flows, subjectOf } from "@evenkeel/contracts";
import type { SpanContext } from "@opentelemetry/api";

import type { Core } from "../core.ts";
import { wordsOf } from "../wire/explain-failure.ts";
import { header, schemaMajor } from "../wire/headers.ts";
import type { Delivery } from "../port.ts";
import { factText } from "../trust/sign-fact.ts";
import { spanContextOf } from "../wire/trace-headers.ts";

/** A message as it came, from a loop, a watch or a read. */
export interface RawFact {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly header: (name: string) => string;
  readonly sequence: number;
  readonly attempt: number;
  readonly at: Date;
}

/** Why a message is not taken for a fact; only `schema` may heal by itself, when we are upgraded. */
export type FactFault = "undecodable" | "schema" | "subject" | "signature";

export type ReadFact =
  | { readonly ok: true; readonly flow: Flow<unknown>; readonly delivery: Delivery<unknown> }
  | { readonly ok: false; readonly fault: FactFault; readonly why: string; readonly trace: SpanContext | undefined };

const flowsByType = new Map(
  (Object.values(flows) as readonly unknown[] as readonly Flow<unknown>[]).map((flow) => [flow.type, flow]),
);

/** Decodes a message and holds it against its subject and its signature; nothing else of this package trusts a body. */
export const readFact = (core: Pick<Core, "installation" | "counts" | "verify">, raw: RawFact): ReadFact => {
  const type = raw.header(header.type);
  const trace = spanContextOf(raw.header(header.traceparent), raw.header(header.tracestate));
  const refuse = (fault: FactFault, why: string): ReadFact => ({ ok: false, fault, why, trace });
  const flow = flowsByType.get(type);
  if (raw.header(header.schema) !== schemaMajor(flow?.type ?? "evenkeel.x.v1.X")) {
    return refuse("schema", `schema ${raw.header(header.schema)} of ${type} is not known here`);
  }
  if (flow === undefined) return refuse("undecodable", `type ${type} is not known`);
  let fact: unknown;
  let subject: string;
  try {
    fact = flow.codec.decode(raw.data);
    subject = subjectOf(flow, fact, core.counts);
  } catch (error) {
    return refuse("undecodable", `${type} does not decode: ${wordsOf(error)}`);
  }
  if (subject !== raw.subject) return refuse("subject", `its content belongs to ${subject}`);
  const unsigned = signatureFault(core, flow, fact, raw);
  if (unsigned !== undefined) return refuse("signature", unsigned);
  const { sequence, attempt, at } = raw;
  return { ok: true, flow, delivery: { fact, type, subject, sequence, attempt, publishedAt: at, trace } };
};

/** The signer's role must be the flow's publisher; where any service may publish, the one that the fact names. */
const signatureFault = (
  core: Pick<Core, "installation" | "verify">,
  flow: Flow<unknown>,
  fact: unknown,
  raw: RawFact,
): string | undefined => {
  if (flow.publisher === "") return undefined; // made by the server; it can only cause a look
  const text = factText(core.installation, raw.subject, flow.type, raw.data);
  const signed = core.verify(text, raw.header(header.signature), raw.at);
  if (!signed.ok) return signed.why;
  const publisher = flow.publisher === "*" ? flow.tokens(fact)["service"] : flow.publisher;
  return signed.role === publisher ? undefined : `${signed.role} signed what only ${publisher} may`;
};
