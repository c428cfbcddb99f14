/**
 * True if the whole path matches: `*` and `?` within one step, `**` for any number of steps. Time grows with the product
 * of the two lengths at most, whatever the pattern.
 */
export const matchesGlob = (path: string, glob: string): boolean => {
  const steps = path.split("/");
  const patterns = glob.split("/");
  // reachable[i]: the patterns read so far match the first i steps.
  let reachable = [true, ...steps.map(() => false)];
  for (const pattern of patterns) {
    const next = reachable.map(() => false);
    for (let at = 0; at < reachable.length; at++) {
      if (pattern === "**") next[at] = reachable[at] === true || (at > 0 && next[at - 1] === true);
      else next[at] = at > 0 && reachable[at - 1] === true && matchesStep(steps[at - 1] ?? "", pattern);
    }
    reachable = next;
  }
  return reachable.at(-1) === true;
};

/** Greedy with one way back: the last star. */
const matchesStep = (step: string, pattern: string): boolean => {
  let at = 0;
  let expected = 0;
  let star = -1;
  let afterStar = 0;
  while (at < step.length) {
    if (pattern[expected] === "*") {
      star = expected++;
      afterStar = at;
    } else if (expected < pattern.length && (pattern[expected] === "?" || pattern[expected] === step[at])) {
      expected++;
      at++;
    } else if (star >= 0) {
      expected = star + 1;
      at = ++afterStar;
    } else return false;
  }
  while (pattern[expected] === "*") expected++;
  return expected === pattern.length;
};
