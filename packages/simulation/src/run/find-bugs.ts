import { plantedBugs } from "../bugs/table.ts";
import type { Options } from "./options.ts";
import { runSeeds } from "./run-seeds.ts";
import type { Outcome } from "./run-scenario.ts";

/** Whether a planted bug was found, and by what. */
export interface Found {
  readonly bug: string;
  /** So many seeds were run, the one that found it among them. */
  readonly seeds: number;
  /** Ids of the sentences that did not hold; none: it was not found. */
  readonly invariants: readonly string[];
}

/** Runs seeds with each planted bug until one shows a violation; `told` hears of each bug. */
export const findBugs = async (
  options: Pick<Options, "profile" | "from" | "seeds" | "workers" | "status">,
  told: (found: Found) => void,
): Promise<void> => {
  for (const { name } of plantedBugs) {
    let seeds = 0;
    let first: Outcome | undefined;
    await runSeeds(
      { ...options, shrink: 0, bug: name },
      (outcome) => {
        if (first === undefined) seeds += 1;
        if (outcome.violations.length > 0) first ??= outcome;
      },
      () => first !== undefined,
    );
    told({ bug: name, seeds, invariants: [...new Set(first?.violations.map(({ invariant }) => invariant) ?? [])] });
  }
};

/** As it is printed, in the order of how hard they were to find. */
export const foundLines = (all: readonly Found[]): readonly string[] => {
  const found = all.filter(({ invariants }) => invariants.length > 0).toSorted((a, b) => a.seeds - b.seeds);
  const missed = all.filter(({ invariants }) => invariants.length === 0);
  const median = found[Math.floor(found.length / 2)]?.seeds;
  return [
    ...found.map(
      ({ bug, seeds, invariants }) => `  ${bug.padEnd(40)}${String(seeds).padStart(6)} seeds  ${invariants.join(", ")}`,
    ),
    ...missed.map(({ bug, seeds }) => `  ${bug.padEnd(40)}not in ${seeds} seeds`),
    `${found.length} of ${all.length} planted bugs found, the median after ${median ?? 0} seeds`,
  ];
};
