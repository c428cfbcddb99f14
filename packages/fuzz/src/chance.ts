/** Chance that follows from one number: the same in every run. */
export interface Chance {
  /** A whole number from 0 up to, not including, `end`. */
  readonly below: (end: number) => number;
  readonly pick: <T>(items: readonly [T, ...T[]] | readonly T[]) => T;
  /** True once in so many times. */
  readonly once: (inTimes: number) => boolean;
}

/** Xorshift: some ten times faster than a generator with proofs, and no key is made of it. */
export const chanceOf = (seed: number): Chance => {
  let state = (seed ^ 0x9e3779b9) | 0 || 1;
  const below = (end: number): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % end;
  };
  return {
    below,
    pick: <T>(items: readonly T[]): T => {
      if (items.length === 0) throw new RangeError("nothing to pick from");
      return items[below(items.length)] as T;
    },
    once: (inTimes) => below(inTimes) === 0,
  };
};
