/** How many indexes a text such as `0-3,5` names below `completions`, or what is wrong with it in the server's words. */
export const readIndexes = (
  text: string,
  completions: number,
): { readonly total: number } | { readonly problem: string } => {
  if (text === "") return { total: 0 };
  let total = 0;
  let last: number | undefined;
  for (const part of text.split(",")) {
    const interval = readInterval(part, completions);
    if ("problem" in interval) return interval;
    const { from, to } = interval;
    if (last !== undefined && last >= from)
      return { problem: `non-increasing order, previous: ${last}, current: ${from}` };
    total += to - from + 1;
    last = to;
  }
  return { total };
};

type Interval = { readonly from: number; readonly to: number } | { readonly problem: string };

const readInterval = (part: string, completions: number): Interval => {
  const limits = part.split("-");
  if (limits.length > 2)
    return {
      problem: `the fragment ${JSON.stringify(part)} violates the requirement that an index interval can have at most two parts separated by '-'`,
    };
  const numbers: number[] = [];
  for (const limit of limits) {
    if (!/^[+-]?[0-9]+$/.test(limit))
      return { problem: `cannot convert string to integer for index: ${JSON.stringify(limit)}` };
    if (Number(limit) >= completions) return { problem: `too large index: ${JSON.stringify(limit)}` };
    numbers.push(Number(limit));
  }
  const [from = 0, to = from] = numbers;
  return numbers.length === 2 && from >= to
    ? { problem: `non-increasing order, previous: ${from}, current: ${to}` }
    : { from, to };
};

/** The first index that two texts both name; parts that cannot be read are passed over. */
export const overlap = (left: string, right: string, completions: number): number | undefined => {
  if (left === "" || right === "") return undefined;
  const readable = (text: string): readonly { readonly from: number; readonly to: number }[] =>
    text
      .split(",")
      .map((part) => readInterval(part, completions))
      .filter((interval) => "from" in interval);
  const [first, second] = [readable(left), readable(right)];
  let [i, j] = [0, 0];
  for (;;) {
    const [a, b] = [first[i], second[j]];
    if (a === undefined || b === undefined) return undefined;
    if (a.from <= b.to && b.from <= a.to) return Math.max(a.from, b.from);
    if (a.from <= b.from) i += 1;
    else j += 1;
  }
};
