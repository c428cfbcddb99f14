import type { DesiredStateChanged } from "@evenkeel/contracts";
import type { Kube } from "@evenkeel/kube";
import { formatRef } from "@evenkeel/words";

import type { DetectorDeps } from "./deps.ts";
import { openKindWatches } from "./hear/watch-kinds.ts";
import { onDesiredStateChanged } from "./on-desired-state-changed.ts";
import { onInventoryStored } from "./on-inventory-stored.ts";
import type { InventoryInput } from "./on-inventory-stored.ts";
import { onLedgerEntry } from "./on-ledger-entry.ts";
import type { LedgerInput } from "./on-ledger-entry.ts";
import { onLiveObject } from "./on-live-object.ts";
import { onPublishedBefore } from "./on-published-before.ts";
import type { PublishedBefore } from "./on-published-before.ts";
import { openTelling } from "./tell/pace.ts";
import type { ClusterInputs } from "./track/inputs.ts";
import { policyReader } from "./track/read-policy.ts";
import { openTracking } from "./track/run-effects.ts";
import type { Tracked } from "./track/tracked.ts";
import { openUnitTable } from "./track/unit-table.ts";
import type { UnitTable } from "./track/unit-table.ts";

/** The detector of one cluster: takes facts in, watches by itself, publishes. */
export interface ClusterDetector {
  readonly table: UnitTable;
  readonly desired: (fact: DesiredStateChanged) => void;
  readonly inventory: InventoryInput;
  readonly ledger: LedgerInput;
  readonly publishedBefore: PublishedBefore;
  /** All facts that were there have been taken in; publishing begins once every kind was listed. */
  begin(): void;
}

const UNLISTED = "its list has not been answered yet";

/** Starts the detector of one cluster; it runs until the signal ends. */
export const detectCluster = (deps: DetectorDeps, kube: Kube, signal: AbortSignal): ClusterDetector => {
  const table = openUnitTable();
  const telling = openTelling(
    deps,
    {
      isSettled: ({ objects }) => [...objects.values()].every(({ ref }) => watches.isSettled(ref)),
      blindOf: (tracked) => live.blindOf(tracked) ?? (watches.isSettled(tracked.ref) ? "" : UNLISTED),
    },
    signal,
  );
  const onVerdict = ({ of: unit, ref, state: { finding } }: Tracked): void => {
    // Drift does not wait for the pace.
    if (finding !== undefined || unit.published.findings.has(formatRef(ref))) telling.drifted(unit);
    telling.mark(unit);
  };
  const send = openTracking(deps, onVerdict, signal);
  const readPolicy = policyReader(deps, send, telling.mark);
  const inputs: ClusterInputs = {
    cluster: deps.cluster,
    table,
    send,
    touch: (unit) => {
      telling.mark(unit);
      readPolicy(unit, signal);
    },
  };
  const live = onLiveObject(inputs);
  const watches = openKindWatches(kube, live, deps, signal);
  return {
    table,
    desired: onDesiredStateChanged(inputs),
    inventory: onInventoryStored(inputs, { watch: watches.add, claim: live.claim }),
    ledger: onLedgerEntry(inputs),
    publishedBefore: onPublishedBefore(table),
    begin: () => {
      telling.begin();
      for (const unit of table.units()) telling.mark(unit);
    },
  };
};
