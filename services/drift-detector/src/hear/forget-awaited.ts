import type { StateOf } from "@evenkeel/bus";
import type { buckets } from "@evenkeel/contracts";
import type { Clock } from "@evenkeel/machine";
import type { Logger } from "@evenkeel/telemetry";

import type { InventoryInput } from "../on-inventory-stored.ts";
import { isRunOpen } from "../track/tracked.ts";
import type { TrackedUnit } from "../track/tracked.ts";
import type { UnitTable } from "../track/unit-table.ts";

const LOOK_MS = 5_000;

/** Units whose last run has ended, and whose inventory of that run was not seen. */
const waitingOf = (table: UnitTable): readonly TrackedUnit[] =>
  Array.from(table.units()).filter((unit) => unit.openRuns.size === 0 && isRunOpen(unit));

/**
 * An outcome is told after its inventory is stored. What is not in the bucket some time later was in one that is gone: it
 * was lost alone, or is an older copy, and its revisions begin anew while the ledger still names those of old.
 */
export const forgetAwaited = async (
  inventories: Pick<StateOf<typeof buckets.inventory>, "get">,
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
  { inventory, table }: { readonly inventory: Pick<InventoryInput, "lost">; readonly table: UnitTable },
  signal: AbortSignal,
): Promise<void> => {
  const look = async ({ unit, awaitedRevision }: TrackedUnit): Promise<void> => {
    const { cluster, app } = unit;
    try {
      const found = await inventories.get({ cluster, app }, signal);
      if (BigInt(found?.revision ?? 0) < awaitedRevision) inventory.lost(unit, awaitedRevision);
    } catch (error) {
      if (!signal.aborted) log.warn("an inventory could not be read", { cluster, app, error });
    }
  };
  let before = new Map<string, bigint>();
  while (!signal.aborted) {
    await clock.sleep(LOOK_MS, signal).catch(() => {});
    const waiting = waitingOf(table);
    await Promise.all(
      waiting.filter(({ unit, awaitedRevision }) => before.get(unit.app) === awaitedRevision).map(look),
    );
    before = new Map(waiting.map(({ unit, awaitedRevision }) => [unit.app, awaitedRevision]));
  }
};
