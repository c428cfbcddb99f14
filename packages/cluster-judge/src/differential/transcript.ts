import type { Value } from "@evenkeel/embedded-cluster";
import type { SeenEvent } from "./follow-events.ts";
import { openMask } from "./mask.ts";
import { judgedWarnings } from "./not-judged.ts";
import type { Step } from "./step.ts";

/** One request and its answer, as they went over the wire. */
export interface Exchange {
  readonly step: Step;
  readonly method: string;
  readonly path: string;
  readonly contentType: string;
  /** Text of the body, empty without one. */
  readonly request: string;
  readonly status: number;
  readonly warnings: readonly string[];
  readonly retryAfter: string;
  /** Parsed, or the text when it is no JSON. */
  readonly body: Value;
}

/** An exchange once masked: what is compared is `answer`. */
export interface MaskedExchange {
  readonly step: Step;
  readonly method: string;
  readonly path: string;
  readonly contentType: string;
  readonly request: string;
  readonly answer: {
    readonly status: number;
    readonly warnings: readonly string[];
    readonly retryAfter: string;
    readonly body: Value;
  };
}

/** What one server made of one sequence. Events are by object, `KIND NAME`, in order. */
export interface Transcript {
  readonly exchanges: readonly MaskedExchange[];
  readonly events: Readonly<Record<string, readonly SeenEvent[]>>;
}

export const maskTranscript = (
  exchanges: readonly Exchange[],
  events: Readonly<Record<string, readonly SeenEvent[]>>,
): Transcript => {
  const mask = openMask();
  return {
    exchanges: exchanges.map(({ status, warnings, retryAfter, body, ...rest }) => ({
      ...rest,
      answer: {
        status,
        warnings: judgedWarnings(warnings).map((warning) => mask.text(warning)),
        retryAfter,
        body: mask.mask(body),
      },
    })),
    events: Object.fromEntries(
      Object.entries(events).map(([key, list]) => [
        key,
        list.map(({ type, object }) => ({ type, object: mask.mask(object) })),
      ]),
    ),
  };
};
