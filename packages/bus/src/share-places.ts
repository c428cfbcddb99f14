/**
 * Who of those that wait is next, by index: of the sources below their share the one that holds the fewest places, the
 * first of those. One place is left for whoever else comes: undefined if nobody may begin.
 */
export const nextInTurn = (
  waiting: readonly string[],
  held: ReadonlyMap<string, number>,
  places: number,
): number | undefined => {
  const share = Math.max(1, places - 1);
  const taken = [...held.values()].reduce((sum, one) => sum + one, 0);
  if (taken >= places) return undefined;
  let best: { readonly at: number; readonly holds: number } | undefined;
  for (const [at, source] of waiting.entries()) {
    const holds = held.get(source) ?? 0;
    if (holds < share && (best === undefined || holds < best.holds)) best = { at, holds };
  }
  return best?.at;
};
