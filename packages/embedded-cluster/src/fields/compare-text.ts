const surrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdfff;

/** Order of two strings by their UTF-8 bytes, as Go compares them. */
export const compareText = (left: string, right: string): number => {
  const length = Math.min(left.length, right.length);
  for (let i = 0; i < length; i += 1) {
    const [a, b] = [left.charCodeAt(i), right.charCodeAt(i)];
    if (a === b) continue;
    // In UTF-16 a character above U+FFFF begins below U+E000; in UTF-8 it comes after.
    if (surrogate(a) !== surrogate(b)) return surrogate(a) ? 1 : -1;
    return a - b;
  }
  return left.length - right.length;
};
