/** Uniform numbers of [0, 1) that follow from the seed alone (a Weyl sequence, mixed): good enough for chances, not for secrets. */
export const seededRandom = (seed: number): (() => number) => {
  let state = Math.trunc(seed) | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
};
