import { check, property } from "fast-check";
import type { Arbitrary } from "fast-check";

import { LawBroken } from "./broken.ts";
import { MOST_MS } from "./budget.ts";

/** Counts how often something was the case, so that a run of inputs that all are refused is seen as the weak run it is. */
export type Note = (what: string) => void;
export type Law<T> = (input: T, note: Note) => void;

export interface Fed {
  readonly inputs: number;
  readonly ms: number;
  readonly slowestMs: number;
  readonly noted: ReadonlyMap<string, number>;
  /** What is broken, by the smallest input that was found to show it. */
  readonly broken: string | undefined;
}

export interface FeedOptions {
  readonly count: number;
  readonly seed: number;
  /** Whether to look for a smaller input that fails too. */
  readonly shrink?: boolean;
  readonly onBatch?: (fed: number) => void;
}

const BATCH = 5_000;

const shown = (input: unknown): string => {
  const text =
    typeof input === "string"
      ? JSON.stringify(input)
      : JSON.stringify(input, (_key, value: unknown) =>
          typeof value === "bigint"
            ? `${value}n`
            : value instanceof Uint8Array
              ? Buffer.from(value).toString("latin1")
              : value,
        );
  return text.length > 4_000 ? `${text.slice(0, 4_000)}... (${text.length} characters)` : text;
};

/** Of two looks the shorter: others use the processor too. */
const tooSlow = (call: () => void): number => {
  const took = (): number => {
    const from = performance.now();
    try {
      call();
    } catch {
      // Only its time counts here.
    }
    return performance.now() - from;
  };
  return Math.min(took(), took());
};

/** Feeds so many inputs by this seed to a law, until one breaks it. */
export const feed = <T>(
  inputs: Arbitrary<T>,
  law: Law<T>,
  { count, seed, shrink = true, onBatch }: FeedOptions,
): Fed => {
  const noted = new Map<string, number>();
  const note: Note = (what) => void noted.set(what, (noted.get(what) ?? 0) + 1);
  const start = performance.now();
  let slowestMs = 0;
  let fed = 0;
  const one = property(inputs, (input) => {
    fed += 1;
    const from = performance.now();
    law(input, note);
    const ms = performance.now() - from;
    if (ms > slowestMs) slowestMs = ms;
    if (ms > MOST_MS && tooSlow(() => law(input, () => undefined)) > MOST_MS)
      throw new LawBroken(`it took ${Math.round(ms)} ms, at most ${MOST_MS}`);
  });
  for (let at = 0; at < count; at += BATCH) {
    const numRuns = Math.min(BATCH, count - at);
    const found = check(one, { seed: (seed + at) | 0, numRuns, endOnFailure: !shrink, includeErrorInReport: false });
    onBatch?.(Math.min(at + BATCH, count));
    if (!found.failed) continue;
    const cause = found.errorInstance;
    const why = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    const broken = `${why}\n  input: ${shown(found.counterexample?.[0])}\n  (made smaller ${found.numShrinks} times)`;
    return { inputs: fed, ms: performance.now() - start, slowestMs, noted, broken };
  }
  return { inputs: fed, ms: performance.now() - start, slowestMs, noted, broken: undefined };
};
