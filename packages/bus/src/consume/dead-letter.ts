import { type DeadLetter, DeadLetterClass, flows, SUBJECT_ROOT } from "@evenkeel/contracts";
import type { ReasonCode } from "@evenkeel/words";

import type { Core } from "../core.ts";
import { publishFact } from "../facts/publish.ts";
import type { RawFact } from "../facts/read-fact.ts";
import { header } from "../wire/headers.ts";
import { sha256Hex } from "../trust/sign-fact.ts";
import { spanContextOf } from "../wire/trace-headers.ts";

/** Why a message is set aside, and after how many tries. */
export interface SetAside {
  readonly kind: "refused" | "quarantined";
  readonly reason: { readonly code: ReasonCode; readonly message: string };
  readonly attempts: number;
}

/** Sets a message aside, visibly: subject and sequence name it, its body stays where it is. */
export const deadLetterOf = (
  core: Core,
  consumer: string,
  raw: RawFact,
  { kind, reason, attempts }: SetAside,
): DeadLetter => ({
  service: core.service,
  consumer,
  key: raw.subject.slice(SUBJECT_ROOT.length),
  subject: raw.subject,
  streamSequence: BigInt(raw.sequence),
  type: raw.header(header.type),
  class: kind,
  reason: { code: reason.code, message: reason.message.slice(0, 2000), remedy: "" },
  attempts,
  firstAt: raw.at,
  lastAt: core.wire.clock.now(),
  payloadSha256: sha256Hex(raw.data),
  traceId: spanContextOf(raw.header(header.traceparent), "")?.traceId ?? "",
});

export const publishDeadLetter = async (core: Core, letter: DeadLetter): Promise<void> => {
  await publishFact(core, flows.deadLetter, letter);
};

/** The same letter once a later delivery of its key was handled. */
export const resolvedLetter = (letter: DeadLetter, at: Date): DeadLetter => ({
  ...letter,
  class: DeadLetterClass.RESOLVED,
  lastAt: at,
});
