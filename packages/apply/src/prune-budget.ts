/** At most this many deletes and recreations of one seq without an Approval: min(10, max(1, 20 % of the inventory)). */
export const pruneBudget = (inventorySize: number): number => Math.min(10, Math.max(1, Math.floor(inventorySize / 5)));

/** At most this many in `BUDGET_WINDOW_MS` without an Approval (safety.md 6.6). */
export const SHARED_BUDGETS = { cluster: 50, fleet: 200 } as const;
export const BUDGET_WINDOW_MS = 10 * 60_000;

/** Deletions that were allowed at one time. */
export interface Spent {
  readonly at: Date;
  readonly count: number;
}

/** What counts at `now`, and how many deletions that is. */
export const spentAt = (
  all: readonly Spent[],
  now: Date,
): { readonly recent: readonly Spent[]; readonly sum: number } => {
  const recent = all.filter(({ at }) => now.getTime() - at.getTime() < BUDGET_WINDOW_MS);
  return { recent, sum: recent.reduce((sum, { count }) => sum + count, 0) };
};

/** The same without the newest `count` deletions: they were refused, so that nothing was deleted. */
export const withoutNewest = (recent: readonly Spent[], count: number): readonly Spent[] => {
  let left = count;
  return recent
    .toReversed()
    .map((spent) => {
      const back = Math.min(left, spent.count);
      left -= back;
      return { ...spent, count: spent.count - back };
    })
    .filter((spent) => spent.count > 0)
    .toReversed();
};
