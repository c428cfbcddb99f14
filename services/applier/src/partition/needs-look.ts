import { formatVersion } from "@evenkeel/contracts";
import type { Inventory } from "@evenkeel/contracts";

import type { Desired } from "./partition.ts";

/** Whether a unit is not, as far as its inventory says, as its newest desired wants it. */
export const needsLook = (
  inventory: Pick<Inventory, "complete" | "items" | "version"> | undefined,
  { removed, version }: Pick<Desired, "removed" | "version">,
): boolean => {
  if (inventory?.version === undefined) return !removed;
  return (
    !inventory.complete ||
    formatVersion(inventory.version) !== formatVersion(version) ||
    inventory.items.some(({ pending, absentSince }) => pending || absentSince !== undefined)
  );
};
