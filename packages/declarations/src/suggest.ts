const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
};

/** The known word that a mistyped one probably means, if any is near; `word` is cut at 80 characters. */
export const suggest = (word: string, known: Iterable<string>): string | undefined => {
  const typed = word.slice(0, 80).toLowerCase();
  let best: string | undefined;
  let least = Math.max(2, Math.floor(typed.length / 3)) + 1;
  for (const candidate of known) {
    const steps = distance(typed, candidate.toLowerCase());
    if (steps < least) [best, least] = [candidate, steps];
  }
  return best;
};

/** `did you mean "x"?`, or what to do where nothing is near. */
export const didYouMean = (word: string, known: Iterable<string>, otherwise: string): string => {
  const near = suggest(word, known);
  return near === undefined ? otherwise : `did you mean "${near}"?`;
};
