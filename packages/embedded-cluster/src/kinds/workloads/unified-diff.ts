/** One line of a script that turns a list of lines into another. */
interface Block {
  readonly left: number;
  readonly right: number;
  readonly size: number;
}

/**
 * Two texts as a unified diff with three lines around each change and no file names, as Go's difflib writes it (a port of
 * Python's: longest matching blocks, lines that are too common set aside in long texts).
 */
export const unifiedDiff = (before: string, after: string): string => {
  const [a, b] = [linesOf(before), linesOf(after)];
  const out: string[] = [];
  for (const group of groupsOf(changesOf(matchingBlocks(a, b), a.length, b.length))) {
    const [first, last] = [group[0], group.at(-1)];
    if (first === undefined || last === undefined) continue;
    out.push(`@@ -${range(first.a1, last.a2)} +${range(first.b1, last.b2)} @@\n`);
    for (const change of group) {
      if (change.equal) for (const line of a.slice(change.a1, change.a2)) out.push(` ${line}`);
      else {
        for (const line of a.slice(change.a1, change.a2)) out.push(`-${line}`);
        for (const line of b.slice(change.b1, change.b2)) out.push(`+${line}`);
      }
    }
  }
  return out.join("");
};

const linesOf = (text: string): readonly string[] => text.split("\n").map((line) => `${line}\n`);

const range = (start: number, stop: number): string => {
  const length = stop - start;
  if (length === 1) return `${start + 1}`;
  return `${length === 0 ? start : start + 1},${length}`;
};

/** Where each line of the second text stands; in long texts without those that make up more than a hundredth of it. */
const positionsOf = (b: readonly string[]): ReadonlyMap<string, readonly number[]> => {
  const positions = new Map<string, number[]>();
  for (const [index, line] of b.entries()) positions.set(line, [...(positions.get(line) ?? []), index]);
  if (b.length < 200) return positions;
  const limit = Math.floor(b.length / 100) + 1;
  return new Map([...positions].filter(([, places]) => places.length <= limit));
};

const matchingBlocks = (a: readonly string[], b: readonly string[]): readonly Block[] => {
  const positions = positionsOf(b);
  const found: Block[] = [];
  const queue: (readonly [number, number, number, number])[] = [[0, a.length, 0, b.length]];
  for (let area = queue.pop(); area !== undefined; area = queue.pop()) {
    const [alo, ahi, blo, bhi] = area;
    const match = longestMatch(a, b, positions, area);
    if (match.size === 0) continue;
    found.push(match);
    if (alo < match.left && blo < match.right) queue.push([alo, match.left, blo, match.right]);
    const [aEnd, bEnd] = [match.left + match.size, match.right + match.size];
    if (aEnd < ahi && bEnd < bhi) queue.push([aEnd, ahi, bEnd, bhi]);
  }
  return found.toSorted((left, right) => left.left - right.left || left.right - right.right);
};

const longestMatch = (
  a: readonly string[],
  b: readonly string[],
  positions: ReadonlyMap<string, readonly number[]>,
  [alo, ahi, blo, bhi]: readonly [number, number, number, number],
): Block => {
  let [left, right, size] = [alo, blo, 0];
  let lengths = new Map<number, number>();
  for (let i = alo; i < ahi; i += 1) {
    const next = new Map<number, number>();
    for (const j of positions.get(a[i] ?? "") ?? []) {
      if (j < blo) continue;
      if (j >= bhi) break;
      const length = (lengths.get(j - 1) ?? 0) + 1;
      next.set(j, length);
      if (length > size) [left, right, size] = [i - length + 1, j - length + 1, length];
    }
    lengths = next;
  }
  // Common lines were set aside: they may still lengthen a match.
  while (left > alo && right > blo && a[left - 1] === b[right - 1])
    [left, right, size] = [left - 1, right - 1, size + 1];
  while (left + size < ahi && right + size < bhi && a[left + size] === b[right + size]) size += 1;
  return { left, right, size };
};

interface Change {
  readonly equal: boolean;
  readonly a1: number;
  readonly a2: number;
  readonly b1: number;
  readonly b2: number;
}

const changesOf = (blocks: readonly Block[], aLength: number, bLength: number): readonly Change[] => {
  const changes: Change[] = [];
  let [i, j] = [0, 0];
  for (const { left, right, size } of [...blocks, { left: aLength, right: bLength, size: 0 }]) {
    if (i < left || j < right) changes.push({ equal: false, a1: i, a2: left, b1: j, b2: right });
    const last = changes.at(-1);
    if (size > 0 && last?.equal === true && last.a2 === left && last.b2 === right)
      changes[changes.length - 1] = { ...last, a2: left + size, b2: right + size };
    else if (size > 0) changes.push({ equal: true, a1: left, a2: left + size, b1: right, b2: right + size });
    [i, j] = [left + size, right + size];
  }
  return changes;
};

const CONTEXT = 3;

/** Changes that lie near each other, each group with its lines of context. */
const groupsOf = (all: readonly Change[]): readonly (readonly Change[])[] => {
  const changes = all.map((change, index) => {
    if (!change.equal) return change;
    const head = index === 0 ? Math.max(change.a1, change.a2 - CONTEXT) - change.a1 : 0;
    const tail = index === all.length - 1 ? change.a2 - Math.min(change.a2, change.a1 + head + CONTEXT) : 0;
    return { ...change, a1: change.a1 + head, b1: change.b1 + head, a2: change.a2 - tail, b2: change.b2 - tail };
  });
  const groups: Change[][] = [];
  let group: Change[] = [];
  for (const change of changes) {
    if (change.equal && change.a2 - change.a1 > 2 * CONTEXT) {
      groups.push([...group, { ...change, a2: change.a1 + CONTEXT, b2: change.b1 + CONTEXT }]);
      group = [{ ...change, a1: change.a2 - CONTEXT, b1: change.b2 - CONTEXT }];
    } else group.push(change);
  }
  if (group.length > 0) groups.push(group);
  return groups.filter((one) => one.some((change) => !change.equal));
};
