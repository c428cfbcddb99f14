/** How long the renders of an application may take: less, the more often they ran out of time. */
export interface RenderBudgets {
  wallMs(app: string, nowMs: number): number;
  ended(app: string, timedOut: boolean, nowMs: number): void;
}

const FORGET_AFTER_MS = 30 * 60_000;
const MOST_APPS = 10_000;
/** Of the whole: a first time-out may be a busy machine, from the second on it is the application. */
const falling = [1, 1, 1 / 2, 1 / 4, 1 / 8] as const;

export const createBudgets = (fullMs: number): RenderBudgets => {
  const times = new Map<string, { readonly count: number; readonly atMs: number }>();
  const countOf = (app: string, nowMs: number): number => {
    const last = times.get(app);
    return last === undefined || nowMs - last.atMs > FORGET_AFTER_MS ? 0 : last.count;
  };
  return {
    wallMs: (app, nowMs) => Math.round(fullMs * (falling[Math.min(countOf(app, nowMs), falling.length - 1)] ?? 1)),
    ended: (app, timedOut, nowMs) => {
      const count = countOf(app, nowMs);
      times.delete(app);
      if (!timedOut) return;
      times.set(app, { count: count + 1, atMs: nowMs });
      const [oldest] = times.keys();
      if (times.size > MOST_APPS && oldest !== undefined) times.delete(oldest);
    },
  };
};
