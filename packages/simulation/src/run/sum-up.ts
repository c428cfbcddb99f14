import type { Outcome } from "./run-scenario.ts";

/** Of many outcomes. */
export interface Sum {
  readonly seeds: number;
  readonly events: number;
  readonly virtualMs: number;
  readonly restarts: number;
  /** Acts that were done, by kind. */
  readonly done: Readonly<Record<string, number>>;
  /** How often each message was logged, by service. */
  readonly said: Readonly<Record<string, number>>;
  /** Seeds in which an invariant did not hold. */
  readonly failed: readonly number[];
}

export const nothing: Sum = { seeds: 0, events: 0, virtualMs: 0, restarts: 0, done: {}, said: {}, failed: [] };

const added = (
  a: Readonly<Record<string, number>>,
  b: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> => {
  const sum: Record<string, number> = { ...a };
  for (const [name, count] of Object.entries(b)) sum[name] = (sum[name] ?? 0) + count;
  return sum;
};

export const withOutcome = (
  sum: Sum,
  { scenario, events, virtualMs, restarts, done, said, violations }: Outcome,
): Sum => ({
  seeds: sum.seeds + 1,
  events: sum.events + events,
  virtualMs: sum.virtualMs + virtualMs,
  restarts: sum.restarts + restarts,
  done: added(sum.done, done),
  said: added(sum.said, said),
  failed: violations.length === 0 ? sum.failed : [...sum.failed, scenario.seed],
});

/** Seldom ones first: they are the branches that a change of the workload may lose. */
const saidLines = ({ said }: Sum): readonly string[] =>
  Object.entries(said)
    .toSorted(([a, one], [b, other]) => one - other || (a < b ? -1 : 1))
    .map(([message, count]) => `  ${String(count).padStart(8)}  ${message}`);

/** As it is printed: what was run, how fast, and how often what was done. */
export const sumLines = (sum: Sum, seconds: number, withSaid = false): readonly string[] => {
  const acts = Object.values(sum.done).reduce((total, count) => total + count, 0);
  const rows = Object.entries(sum.done).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return [
    `${sum.seeds} seeds in ${seconds.toFixed(1)} s: ${(sum.seeds / seconds).toFixed(1)} a second; ${sum.events} events, ` +
      `${(sum.virtualMs / 3_600_000).toFixed(1)} hours of the world's time, ${acts} acts, ${sum.restarts} restarts`,
    ...rows.map(([kind, count]) => `  ${kind.padEnd(18)}${count}`),
    ...(withSaid ? saidLines(sum) : []),
  ];
};
