import type { Value } from "@evenkeel/embedded-cluster";
import { isMap } from "@evenkeel/embedded-cluster";
import { judgedRefusals, refusesUnjudged } from "./not-judged.ts";
import { BROKEN } from "./play-sequence.ts";
import type { Transcript } from "./transcript.ts";

/** One place where two answers or events are not equal. `undefined` = not there. */
export interface Difference {
  /** Index of the exchange, or -1 for events. */
  readonly at: number;
  /** `answer`, or `KIND NAME #n` of an event. */
  readonly where: string;
  /** JSON path below it, as `.body.spec.replicas`. */
  readonly path: string;
  readonly real: Value | undefined;
  readonly other: Value | undefined;
}

type Found = Pick<Difference, "path" | "real" | "other">;

const join = (path: string, key: string): string =>
  /^[\w-]+$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;

/** All places where two values differ, without regard to the order of keys. */
export const differencesIn = (real: Value | undefined, other: Value | undefined, path = ""): readonly Found[] => {
  if (Array.isArray(real) && Array.isArray(other)) {
    const length = Math.max(real.length, other.length);
    return Array.from({ length }, (_, index) => index).flatMap((index) =>
      differencesIn(real[index], other[index], `${path}[${index}]`),
    );
  }
  if (isMap(real) && isMap(other)) {
    const keys = [...new Set([...Object.keys(real), ...Object.keys(other)])];
    return keys.flatMap((key) => differencesIn(real[key], other[key], join(path, key)));
  }
  return real === other ? [] : [{ path, real, other }];
};

type Answer = Transcript["exchanges"][number]["answer"];

const comparable = (real: Answer, other: Answer | undefined): readonly [Value, Value | undefined] => {
  if (other === undefined) return [real as unknown as Value, undefined];
  const [body, otherBody] = judgedRefusals(real, other);
  return [{ ...real, body } as unknown as Value, { ...other, body: otherBody } as unknown as Value];
};

/** What differs in the first exchange that differs; only when all answers are equal, what differs in the events. */
export const compareTranscripts = (real: Transcript, other: Transcript): readonly Difference[] => {
  for (const [at, exchange] of real.exchanges.entries()) {
    if (exchange.answer.status === BROKEN) return []; // the real server's handler panicked: nothing to be equal to
    const answer = other.exchanges[at]?.answer;
    if (refusesUnjudged(exchange.answer, answer)) return [];
    const found = differencesIn(...comparable(exchange.answer, answer));
    if (found.length > 0) {
      // Another status makes all the rest differ: tell that alone, with both messages.
      const status = found.find((difference) => difference.path === ".status");
      const told =
        status === undefined ? found : [{ path: ".status", real: brief(exchange.answer), other: brief(answer) }];
      return told.map((difference) => ({ at, where: "answer", ...difference }));
    }
  }
  return Object.keys(real.events).flatMap((key) =>
    differencesIn(real.events[key] as unknown as Value, (other.events[key] ?? []) as unknown as Value).map(
      (difference) => ({ at: -1, where: `events of ${key}`, ...difference }),
    ),
  );
};

/** Whether a comparison ended before the history did: at a refusal that is not modelled. */
export const endsEarly = (real: Transcript, other: Transcript): boolean =>
  real.exchanges.some(({ answer }, at) => refusesUnjudged(answer, other.exchanges[at]?.answer));

const brief = (answer: { readonly status: number; readonly body: Value } | undefined): Value => {
  if (answer === undefined) return "no answer";
  const message = isMap(answer.body) && answer.body["kind"] === "Status" ? answer.body["message"] : answer.body;
  return typeof message === "string" ? `${answer.status} ${message}` : answer.status;
};
