import { GitFailed } from "@evenkeel/git";
import type { Commit, GitStore } from "@evenkeel/git";

/**
 * How many first parents lie from a commit back to `accepted`; undefined where it is not among the nearest `most`, or a
 * commit on the way is too large to be read: git itself still knows what it descends from. Through the open object reader a step costs 0.2 ms; a process that answers for any history costs 6.
 */
export const firstParentsTo = async (
  store: Pick<GitStore, "readCommit">,
  accepted: string,
  commit: Commit,
  signal: AbortSignal,
  most = 20,
): Promise<number | undefined> => {
  let at: Commit | undefined = commit;
  for (let steps = 1; at !== undefined && steps <= most; steps += 1) {
    const [parent]: readonly string[] = at.parents;
    if (parent === undefined) return undefined;
    if (parent === accepted) return steps;
    at = await readSmall(store, parent, signal);
  }
  return undefined;
};

const readSmall = async (
  store: Pick<GitStore, "readCommit">,
  oid: string,
  signal: AbortSignal,
): Promise<Commit | undefined> => {
  try {
    return await store.readCommit(oid, signal);
  } catch (error) {
    if (error instanceof GitFailed && error.reason === "LimitExceeded") return undefined;
    throw error;
  }
};
