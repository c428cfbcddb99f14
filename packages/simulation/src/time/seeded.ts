/** Chance that repeats: one seed, one sequence. */
export interface Seeded {
  /** 0 up to, not including, 1. */
  chance(): number;
  /** A whole number from 0 up to, not including, `below`. */
  below(below: number): number;
  /** True this often: 0 never, 1 always. */
  often(share: number): boolean;
  pick<T>(among: readonly T[]): T;
  bytes(count: number): Uint8Array;
  /** A sequence of its own for `what`: what is asked of one changes nothing in another. */
  fork(what: string): Seeded;
}

/** FNV-1a, so that near seeds and names begin far from each other. */
const mix = (seed: number, text: string): number => {
  let hash = seed ^ 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
};

/** Of a whole number; sfc32 (PractRand, public domain): 128 bits of state, no pattern that a run of simulations would meet. */
export const seeded = (seed: number): Seeded => {
  let [a, b, c, counter] = [mix(seed, "a"), mix(seed, "b"), Math.floor(seed / 2 ** 32) >>> 0, 1];
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  };
  for (let turn = 0; turn < 12; turn++) next();
  const chance = (): number => next() / 2 ** 32;
  const below = (limit: number): number => Math.floor(chance() * limit);
  return {
    chance,
    below,
    often: (share) => chance() < share,
    pick: <T>(among: readonly T[]): T => {
      if (among.length === 0) throw new RangeError("nothing to pick from");
      return among[below(among.length)] as T;
    },
    bytes: (count) => Uint8Array.from({ length: count }, () => next() & 0xff),
    fork: (what) => seeded(mix(seed, what) * 2 ** 20 + mix(seed + 1, what) / 2 ** 12),
  };
};
