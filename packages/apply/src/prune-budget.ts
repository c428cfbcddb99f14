/** At most this many deletes and recreations of one seq without an Approval: min(10, max(1, 20 % of the inventory)). */
export const pruneBudget = (inventorySize: number): number => Math.min(10, Math.max(1, Math.floor(inventorySize / 5)));

/** At most this many in `BUDGET_WINDOW_MS` without an Approval (invariant prune.budget). */
export const SHARED_BUDGETS = { cluster: 50, fleet: 200 } as const;
export const BUDGET_WINDOW_MS = 10 * 60_000;

/** Deletions that were allowed at one time. */
export interface Spent {
  readonly at: Date;
  readonly count: number;
}

/** What counts at `now`. */
export interface Counted {
  readonly recent: readonly Spent[];
  readonly sum: number;
  /** A clock was ahead that stamped some of it: that is taken as of now, and to be kept so, or it counts for ever. */
  readonly restamped: boolean;
}

export const spentAt = (all: readonly Spent[], now: Date): Counted => {
  const recent = all
    .filter(({ at }) => now.getTime() - at.getTime() < BUDGET_WINDOW_MS)
    .map((spent) => (spent.at > now ? { ...spent, at: now } : spent));
  return {
    recent,
    sum: recent.reduce((sum, { count }) => sum + count, 0),
    restamped: all.some(({ at }) => at > now),
  };
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
