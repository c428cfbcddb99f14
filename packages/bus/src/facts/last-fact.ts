import { fillSubject, type Flow, type Tokens } from "@evenkeel/contracts";

import { BusRefused } from "../bus-errors.ts";
import type { Core } from "../core.ts";
import type { Delivery, StoredFact } from "../port.ts";
import { readFact } from "./read-fact.ts";
import { readStored } from "./read-stored.ts";

/** What lies on a subject: a fact, nothing, or something that somebody put in its place. */
export type LastMessage<T> =
  | { readonly kind: "fact"; readonly delivery: StoredFact<T> }
  | { readonly kind: "none" }
  | { readonly kind: "foreign"; readonly sequence: number; readonly why: string };

/** Looks at the newest message of a subject through the leader. */
export const lookAtLast = async <T>(
  core: Core,
  flow: Flow<T>,
  subject: string,
  signal?: AbortSignal,
): Promise<LastMessage<T>> => {
  const stored = await readStored(core.wire, flow.stream, { last_by_subj: subject }, signal);
  if (stored === undefined) return { kind: "none" };
  const { seq: sequence, time: at, data } = stored;
  const read = readFact(core, { subject, sequence, at, data, attempt: 1, header: (name) => stored.header.get(name) });
  if (read.ok) return { kind: "fact", delivery: { ...(read.delivery as Delivery<T>), body: data } };
  return { kind: "foreign", sequence, why: `${read.fault}: ${read.why}` };
};

/** A chain is never mended: what does not belong to it needs a human. Any other subject has an owner who publishes again. */
export const isMendable = (stream: string): boolean => stream !== "LEDGER";

/**
 * The newest fact of a subject, verified. Something that is no fact of ours counts as nothing, as its owner can publish
 * over it; in the ledger it throws BusRefused.
 */
export const readLastFact = async <T>(
  core: Core,
  flow: Flow<T>,
  tokens: Tokens,
  signal?: AbortSignal,
): Promise<StoredFact<T> | undefined> => {
  const subject = fillSubject(flow.template, tokens, core.counts);
  const last = await lookAtLast(core, flow, subject, signal);
  if (last.kind === "fact") return last.delivery;
  if (last.kind === "none") return undefined;
  const { sequence, why: reason } = last;
  core.wire.log.error("message is not taken for a fact", { stream: flow.stream, subject, sequence, reason });
  if (isMendable(flow.stream)) return undefined;
  throw new BusRefused(`${subject} (${sequence}) is not taken for a fact, ${reason}`);
};
