import { GitFailed } from "./git-failed.ts";
import { parseTree, pathText } from "./parse-objects.ts";
import type { TreeEntry } from "./parse-objects.ts";
import type { GitStore } from "./port.ts";

/** What one revision may hold; over it the walk ends, and says where. */
export interface WalkLimits {
  readonly objects: number;
  readonly entries: number;
  readonly depth: number;
}

export const walkLimits: WalkLimits = { objects: 500_000, entries: 2_000_000, depth: 256 };

interface Step {
  readonly before: string | undefined;
  readonly after: string;
  /** The first path by which the tree was come to. */
  readonly path: string;
  readonly depth: number;
}

const AT_ONCE = 64;

/**
 * The trees and blobs below `after` that stand at no equal path below `before` (undefined: all of them), `after` itself
 * included; submodules never. It reads only trees that differ, each once however many paths lead to it: ten names nested
 * nine times are ten objects and a thousand million paths. Throws GitFailed LimitExceeded with a path.
 */
export const newObjects = async (
  store: Pick<GitStore, "readTreeBody">,
  before: string | undefined,
  after: string,
  signal: AbortSignal,
  limits: WalkLimits = walkLimits,
): Promise<ReadonlySet<string>> => {
  const found = new Set<string>();
  if (before === after) return found;
  found.add(after);
  let entriesSeen = 0;
  const look = async ({ before: old, after: tree, path, depth }: Step): Promise<readonly Step[]> => {
    const [body, oldBody] = await Promise.all([
      store.readTreeBody(tree, signal),
      old === undefined ? Buffer.alloc(0) : store.readTreeBody(old, signal),
    ]);
    const [oldEntries, entries] = withoutEqualEnds(oldBody, body, tree.length / 2).map((part) => parseTree(part, tree));
    const known = new Map(oldEntries?.map((entry) => [keyOf(entry), entry.oid]));
    entriesSeen += entries?.length ?? 0;
    if (entriesSeen > limits.entries) throw over("entries of directories", limits.entries, path);
    const below: Step[] = [];
    for (const entry of entries ?? []) {
      const stood = known.get(keyOf(entry));
      if (entry.type === "commit" || stood === entry.oid || found.has(entry.oid)) continue;
      found.add(entry.oid);
      if (found.size > limits.objects) throw over("objects", limits.objects, path);
      if (entry.type !== "tree") continue;
      if (depth >= limits.depth) throw over("levels of directories", limits.depth, path);
      below.push({ before: stood, after: entry.oid, path: join(path, entry), depth: depth + 1 });
    }
    return below;
  };
  const pending: Step[] = [{ before, after, path: "", depth: 1 }];
  while (pending.length > 0) {
    signal.throwIfAborted();
    // The newest first: what waits is then no more than one path with its neighbours.
    const next = await Promise.all(pending.splice(-AT_ONCE).map(look));
    pending.push(...next.flat());
  }
  return found;
};

const join = (path: string, { name }: TreeEntry): string =>
  `${path === "" ? "" : `${path}/`}${pathText(name.subarray(0, 200))}`.slice(-4000);

const over = (what: string, limit: number, path: string): GitFailed =>
  new GitFailed(
    "LimitExceeded",
    `the commit has more than ${limit} ${what}, seen at ${JSON.stringify(path === "" ? "/" : path.slice(0, 300))}`,
    "keep what is deployed in a repository of its own, without generated or nested copies",
  );

// Names are bytes: latin1 keeps each byte apart. The type keeps a file that became a directory from being compared.
const keyOf = ({ name, type }: TreeEntry): string =>
  `${type} ${Buffer.from(name.buffer, name.byteOffset, name.length).toString("latin1")}`;

/**
 * Two tree bodies without the entries that both begin with and both end with: of two trees with a thousand entries that
 * differ in one, one entry each is left to read.
 */
const withoutEqualEnds = (before: Buffer, after: Buffer, idBytes: number): readonly [Buffer, Buffer] => {
  const [old, now] = [boundaries(before, idBytes), boundaries(after, idBytes)];
  const most = Math.min(old.length, now.length) - 1;
  const same = (inOld: number, inNow: number): boolean =>
    before.compare(after, now[inNow], now[inNow + 1], old[inOld], old[inOld + 1]) === 0;
  let head = 0;
  while (head < most && same(head, head)) head += 1;
  let tail = 0;
  while (tail < most - head && same(old.length - 2 - tail, now.length - 2 - tail)) tail += 1;
  return [
    before.subarray(old[head], old[old.length - 1 - tail]),
    after.subarray(now[head], now[now.length - 1 - tail]),
  ];
};

/** Where each entry begins, and the end; a body that is no tree is one entry, which its reader refuses. */
const boundaries = (body: Buffer, idBytes: number): readonly number[] => {
  const found = [0];
  for (let at = 0; at < body.length;) {
    const nul = body.indexOf(0, at);
    at = nul < 0 ? body.length : Math.min(nul + 1 + idBytes, body.length);
    found.push(at);
  }
  return found;
};
