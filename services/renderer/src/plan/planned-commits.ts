import { BusConflict } from "@evenkeel/bus";
import type { Bus } from "@evenkeel/bus";
import { flows } from "@evenkeel/contracts";
import type { CommitPlanned } from "@evenkeel/contracts";

/** The last CommitPlanned of each source: what the next plan is compared with. */
export interface PlannedCommits {
  last(source: string, signal: AbortSignal): Promise<CommitPlanned | undefined>;
  /** Throws BusConflict if another planner wrote since; the next `last` reads again. */
  publish(fact: CommitPlanned, signal: AbortSignal): Promise<void>;
  /** Reads all of them again: the bus may have lost the newest. */
  forget(): void;
}

/** Kept by the one planner of a source and lost with its lease. */
export const openPlannedCommits = (bus: Bus): PlannedCommits => {
  const known = new Map<string, { readonly fact: CommitPlanned | undefined; readonly sequence: number }>();
  const load = async (source: string, signal: AbortSignal) => {
    const stored = await bus.readLast(flows.commitPlanned, { source }, signal);
    const entry = { fact: stored?.fact, sequence: stored?.sequence ?? 0 };
    known.set(source, entry);
    return entry;
  };
  const read = async (source: string, signal: AbortSignal) => known.get(source) ?? load(source, signal);
  return {
    forget: () => known.clear(),
    last: async (source, signal) => (await read(source, signal)).fact,
    publish: async (fact, signal) => {
      const { sequence: expectLast } = await read(fact.source, signal);
      try {
        const { sequence } = await bus.publish(flows.commitPlanned, fact, { expectLast, signal });
        known.set(fact.source, { fact, sequence });
      } catch (error) {
        if (error instanceof BusConflict) known.delete(fact.source);
        throw error;
      }
    },
  };
};
