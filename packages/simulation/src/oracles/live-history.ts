import type { SeenWrite } from "./seen-write.ts";

/** What one object was from a time on: the push in it; undefined: it was not there, or not of ours. */
interface Change {
  readonly atMs: number;
  readonly name: string;
  readonly before: number | undefined;
}

/** What lies on one cluster, now and a while ago. */
export interface LiveHistory {
  saw(atMs: number, write: SeenWrite): void;
  /** It is another cluster now, or went back: what was before is not known. */
  restart(atMs: number, live: ReadonlyMap<string, number>): void;
  /** Whether at some time since `fromMs` each of these was there with that push; true too where that cannot be told. */
  wasEver(wanted: ReadonlyMap<string, number>, fromMs: number): boolean;
}

/** Older changes are asked for by nobody. */
const KEPT = 2_000;

export const createLiveHistory = (): LiveHistory => {
  const live = new Map<string, number>();
  let knownSinceMs = -Infinity;
  const changes: Change[] = [];
  const isAll = (state: ReadonlyMap<string, number>, wanted: ReadonlyMap<string, number>): boolean =>
    [...wanted].every(([name, stamp]) => state.get(name) === stamp);
  return {
    saw: (atMs, { name, after }) => {
      changes.push({ atMs, name, before: live.get(name) });
      if (changes.length > 2 * KEPT) changes.splice(0, changes.length - KEPT);
      if (after === undefined) live.delete(name);
      else live.set(name, after.stamp);
    },
    restart: (atMs, now) => {
      knownSinceMs = atMs;
      changes.length = 0;
      live.clear();
      for (const [name, stamp] of now) live.set(name, stamp);
    },
    wasEver: (wanted, fromMs) => {
      if (fromMs < knownSinceMs) return true;
      const state = new Map(live);
      if (isAll(state, wanted)) return true;
      for (const { atMs, name, before } of changes.toReversed()) {
        if (atMs < fromMs) return false;
        if (before === undefined) state.delete(name);
        else state.set(name, before);
        if (isAll(state, wanted)) return true;
      }
      return false;
    },
  };
};
