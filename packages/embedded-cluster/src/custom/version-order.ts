/** Parts of `v1`, `v2beta1`; undefined for any other name. */
const partsOf = (version: string): readonly [number, number, number] | undefined => {
  const parts = /^v([1-9][0-9]*)(?:(alpha|beta)([1-9][0-9]*))?$/.exec(version);
  if (parts === null) return undefined;
  const stability = parts[2] === undefined ? 2 : parts[2] === "beta" ? 1 : 0;
  return [stability, Number(parts[1]), Number(parts[3] ?? 0)];
};

/** Above 0 when `left` is the better version: stable before beta before alpha, newer before older, other names last, by their text. */
export const compareVersions = (left: string, right: string): number => {
  const [a, b] = [partsOf(left), partsOf(right)];
  if (a === undefined && b === undefined) return left < right ? 1 : left > right ? -1 : 0;
  if (a === undefined) return -1;
  if (b === undefined) return 1;
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
};
