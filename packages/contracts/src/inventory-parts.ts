import { createHash } from "node:crypto";

import { Inventory } from "./gen/evenkeel/state/v1/state.ts";
import type { InventoryItem } from "./gen/evenkeel/state/v1/state.ts";
import { buckets } from "./gen/buckets.ts";
import { fillKey } from "./state-key.ts";
import { fnv1a32 } from "./subject.ts";

/** An inventory as it is stored: the head alone, or a head that names its parts. */
export interface SplitInventory {
  readonly head: Inventory;
  /** By name; stored before the head. */
  readonly parts: ReadonlyMap<string, Inventory>;
}

/** One value of the bucket, as a watch gives it. */
interface StoredInventory {
  readonly key: { readonly cluster: string; readonly app: string; readonly part?: string };
  readonly value: Inventory | undefined;
  readonly revision: number;
}

/** So few items fit whatever they hold: their size is not measured. */
const FEW = 200;
/** The server takes 1 MiB a message, headers included. */
const MOST_BYTES = 700 * 1024;
const PART_BYTES = 256 * 1024;

const itemsAlone = (items: readonly InventoryItem[]): Inventory => Inventory.fromPartial({ items: [...items] });

const slotOf = ({ ref }: InventoryItem, count: number): number =>
  fnv1a32([ref?.group, ref?.kind, ref?.namespace, ref?.name].join("/")) % count;

/** Cuts an inventory that is too large for one value. An item stays in its part, so that one change rewrites one part. */
export const splitInventory = (whole: Inventory): SplitInventory => {
  const size = whole.items.length <= FEW ? 0 : Inventory.encode(whole).finish().length;
  if (size <= MOST_BYTES) return { head: { ...whole, parts: [] }, parts: new Map() };
  const count = 2 ** Math.ceil(Math.log2(size / PART_BYTES));
  const slots: InventoryItem[][] = Array.from({ length: count }, () => []);
  for (const item of whole.items) slots[slotOf(item, count)]?.push(item);
  const parts = new Map(
    slots.map((items) => {
      const part = itemsAlone(items);
      return [createHash("sha256").update(Inventory.encode(part).finish()).digest("hex").slice(0, 32), part] as const;
    }),
  );
  return { head: { ...whole, items: [], parts: [...parts.keys()] }, parts };
};

/** The whole inventory of a head and its parts in the head's order; undefined if a part is missing. */
export const partsOf = (head: Inventory, parts: readonly (Inventory | undefined)[]): Inventory | undefined => {
  if (head.parts.length === 0) return head;
  const items = parts.flatMap((part) => part?.items ?? []);
  return parts.length === head.parts.length && !parts.includes(undefined) ? { ...head, items } : undefined;
};

/**
 * Puts inventories together for who watches them with their parts: a head is told with the items of its parts, which come before
 * it. A head whose parts are gone has been replaced, and the newer one follows.
 */
export const joinInventories = (
  tell: (entry: StoredInventory) => void,
): { readonly onEntry: (entry: StoredInventory) => void; readonly reset: () => void } => {
  const known = new Map<string, Inventory>();
  const nameOf = (key: StoredInventory["key"]): string => fillKey(buckets.inventoryPart.template, key);
  return {
    onEntry: ({ key, value, revision }) => {
      if (key.part !== undefined) {
        if (value === undefined) known.delete(nameOf(key));
        else known.set(nameOf(key), value);
        return;
      }
      const parts = value?.parts.map((name) => known.get(nameOf({ ...key, part: name }))) ?? [];
      const whole = value === undefined ? undefined : partsOf(value, parts);
      if (value === undefined || whole !== undefined) tell({ key, value: whole, revision });
    },
    reset: () => known.clear(),
  };
};
