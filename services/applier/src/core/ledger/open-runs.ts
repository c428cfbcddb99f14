import { EntryKind } from "@evenkeel/contracts";
import type { LedgerEntry } from "@evenkeel/contracts";

import type { ChainHead } from "../anchor/anchor-document.ts";

/** The intents of one term that have no outcome yet. */
export interface OpenRuns {
  has(run: string): boolean;
  /** Counts an entry that is stored, after the one before it. */
  onStored(entry: LedgerEntry, before: ChainHead | undefined): void;
  /** The last place of a chain with nothing open at or before it: whoever reads on from there sees every open intent. */
  settled(head: ChainHead | undefined): ChainHead | undefined;
}

/** None is open when a term begins: what an earlier one left is after the place that its anchor names. */
export const createOpenRuns = (): OpenRuns => {
  const before = new Map<string, ChainHead | undefined>();
  return {
    has: (run) => before.has(run),
    onStored: ({ kind, units }, place) => {
      for (const { run } of units) {
        if (kind === EntryKind.INTENT) before.set(run, place);
        if (kind === EntryKind.OUTCOME) before.delete(run);
      }
    },
    settled: (head) => (before.size === 0 ? head : before.values().next().value),
  };
};
