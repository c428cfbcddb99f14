/** Seeded choices for random histories. */
export interface Choices {
  readonly below: (limit: number) => number;
  readonly chance: (probability: number) => boolean;
  readonly oneOf: <T>(items: readonly T[]) => T;
  /** Each with the probability, in random order. */
  readonly someOf: <T>(items: readonly T[], probability: number) => T[];
}

export const choices = (seed: number): Choices => {
  let state = (seed * 2_654_435_761 + 1) >>> 0;
  const next = (): number => {
    // mulberry32
    state = (state + 0x6d_2b_79_f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    below,
    chance: (probability) => next() < probability,
    oneOf: (items) => items[below(items.length)] as (typeof items)[number],
    someOf: (items, probability) =>
      items
        .map((item) => ({ item, order: next(), taken: next() < probability }))
        .filter(({ taken }) => taken)
        .toSorted((a, b) => a.order - b.order)
        .map(({ item }) => item),
  };
};
