/** At most this many deletes and recreations of one seq without an Approval: min(10, max(1, 20 % of the inventory)). */
export const pruneBudget = (inventorySize: number): number => Math.min(10, Math.max(1, Math.floor(inventorySize / 5)));
