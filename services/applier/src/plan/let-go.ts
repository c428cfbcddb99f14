import type { InventoryItem } from "@evenkeel/contracts";

import type { Run } from "../run/admit.ts";
import { offerRefs } from "../claims/claim-refs.ts";

/** What the unit lists and its desired does not have, in doubt nothing. Throws BodyMissing. */
const leftOf = async (
  { deps, fact, signal }: Run,
  items: readonly InventoryItem[],
): Promise<readonly InventoryItem[]> => {
  const left: InventoryItem[] = [];
  for (const item of items)
    if (item.ref !== undefined && !(await deps.desiredRefs.has(fact, item.ref, signal))) left.push(item);
  return left;
};

/**
 * A refused plan writes nothing, but what its desired no longer has is others' to take: they may be what refuses it. The
 * inventory says so first, for what is marked there as absent is asked for again before this unit writes it. Resolves to
 * whether any of it was not to be had before.
 */
export const letGo = async (run: Run): Promise<boolean> => {
  const { partition, fact, deps, inventory } = run;
  const stored = inventory.value;
  if (stored === undefined) return false;
  const left = new Set(await leftOf(run, stored.items));
  if (left.size === 0) return false;
  const since = { absentSince: deps.clock.now(), lastIn: stored.version, leftAt: fact.version };
  const items = stored.items.map((item) =>
    left.has(item) && item.absentSince === undefined ? { ...item, ...since } : item,
  );
  if (items.some((item, index) => item !== stored.items[index]))
    await partition.inventories.save(fact.unit, { ...stored, items });
  const refs = [...left].flatMap(({ ref }) => (ref === undefined ? [] : [ref]));
  return offerRefs(run, refs);
};
