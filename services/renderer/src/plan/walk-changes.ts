import { diffTrees } from "../core/plan/diff-trees.ts";
import type { TreeChange } from "../core/plan/diff-trees.ts";
import { indexChanges } from "../core/plan/touches.ts";
import type { ChangedPaths } from "../core/plan/touches.ts";
import { ContentMissing } from "../render/git-objects.ts";
import type { GitObjects } from "../render/git-objects.ts";

// A few small trees that hold each other many times are a thousand million paths. Then every unit is looked at: its own
// files tell whether it changed.
const MOST_PAIRS = 20_000;
const MOST_CHANGES = 200_000;

/**
 * Paths that differ between two root trees; only subtrees with another id are read, those of one level at a time.
 * undefined: the old tree is no longer stored, or too much differs, so that nothing can be left out. Throws
 * ContentMissing for the new one.
 */
export const walkChanges = async (
  objects: GitObjects,
  before: string,
  after: string,
  signal: AbortSignal,
): Promise<ChangedPaths | undefined> => {
  if (before === after) return indexChanges([]);
  if (before === "") return undefined;
  const changes: TreeChange[] = [];
  let pairs = 0;
  let level = [{ path: "", before, after }];
  while (level.length > 0) {
    signal.throwIfAborted();
    pairs += level.length;
    if (pairs > MOST_PAIRS || changes.length > MOST_CHANGES) return undefined;
    const found = await Promise.all(
      level.map(async (pair) => {
        const [left, right] = await Promise.all([
          objects.readTree(pair.before, signal).catch(absent),
          objects.readTree(pair.after, signal),
        ]);
        return left === undefined ? undefined : diffTrees(pair.path, left, right);
      }),
    );
    level = [];
    for (const difference of found) {
      if (difference === undefined) return undefined;
      changes.push(...difference.changes);
      level.push(...difference.descend);
    }
  }
  return indexChanges(changes);
};

const absent = (error: unknown): undefined => {
  if (error instanceof ContentMissing) return undefined;
  throw error;
};
