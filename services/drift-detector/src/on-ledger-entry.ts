import { EntryKind } from "@evenkeel/contracts";
import type { LedgerEntry } from "@evenkeel/contracts";

import { release } from "./track/inputs.ts";
import type { ClusterInputs } from "./track/inputs.ts";

/** Which runs of ours may be writing now: what they write is judged once they have ended. */
export interface LedgerInput {
  take(entry: LedgerEntry): void;
  /** The ledger is told anew: what ends a run that was open may be gone with the old one. */
  reset(): void;
}

export const onLedgerEntry = (inputs: ClusterInputs): LedgerInput => {
  const { cluster, table } = inputs;
  return {
    take: ({ kind, units }) => {
      for (const { inventoryRevision, run, unit: of } of units) {
        if (of?.cluster !== cluster) continue;
        const unit = table.unitOf(of);
        if (kind === EntryKind.INTENT) unit.openRuns.add(run);
        if (kind !== EntryKind.OUTCOME) continue;
        unit.openRuns.delete(run);
        if (inventoryRevision > unit.awaitedRevision) unit.awaitedRevision = inventoryRevision;
        release(inputs, unit);
      }
    },
    reset: () => {
      for (const unit of table.units()) {
        if (unit.openRuns.size === 0) continue;
        unit.openRuns.clear();
        release(inputs, unit);
      }
    },
  };
};
