/** How places are shared: how many each source holds, and how often each that waits was passed over since it last began. */
export interface Shares {
  readonly held: ReadonlyMap<string, number>;
  readonly passed: ReadonlyMap<string, number>;
}

const shareOf = (places: number): number => Math.max(1, places - 1);

/** Passed over by as many as fill all places so often, a source is next though it holds more than others. */
const FILLINGS = 2;

/**
 * Who of those that wait is next, by index, of the sources below their share: one that was passed over for long, else the
 * one that holds the fewest places, the first of those. One place is left for whoever else comes: undefined if nobody may
 * begin.
 */
export const nextInTurn = (
  waiting: readonly string[],
  { held, passed }: Shares,
  places: number,
): number | undefined => {
  const taken = [...held.values()].reduce((sum, one) => sum + one, 0);
  if (taken >= places) return undefined;
  let best: { readonly at: number; readonly holds: number; readonly waited: number } | undefined;
  for (const [at, source] of waiting.entries()) {
    const holds = held.get(source) ?? 0;
    if (holds >= shareOf(places)) continue;
    const starts = passed.get(source) ?? 0;
    const waited = starts < FILLINGS * places ? 0 : starts;
    if (best === undefined || waited > best.waited || (waited === best.waited && holds < best.holds))
      best = { at, holds, waited };
  }
  return best?.at;
};

/** How often each of those that still wait was passed over, once `begun` was next; who holds its share is not passed over. */
export const passOver = (
  waiting: readonly string[],
  { held, passed }: Shares,
  places: number,
  begun: string,
): ReadonlyMap<string, number> =>
  new Map(
    waiting.flatMap((source) => {
      const isPassed = source !== begun && (held.get(source) ?? 0) < shareOf(places);
      return isPassed ? [[source, (passed.get(source) ?? 0) + 1]] : [];
    }),
  );
