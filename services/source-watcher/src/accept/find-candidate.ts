import { GitFailed, isFullId } from "@evenkeel/git";
import type { GitStore, Remote } from "@evenkeel/git";

const CANDIDATE_REF = 1;

interface Sought {
  readonly gitRef: string;
  /** A verified hint says that it moved. */
  readonly hinted: boolean;
  readonly isHere: (object: string) => Promise<boolean>;
}

/**
 * The object that the Git ref points to (a commit, or a tag object), fetched unless it is here; undefined: the ref is
 * gone. After a verified hint it is fetched at once: the question would cost more than a fetch that brings nothing. A
 * full commit id needs no question either.
 */
export const findCandidate = async (
  { store, remote }: { readonly store: GitStore; readonly remote: Remote },
  { gitRef, hinted, isHere }: Sought,
  signal: AbortSignal,
): Promise<string | undefined> => {
  if (isFullId(gitRef)) {
    if (await isHere(gitRef)) return gitRef;
  } else if (!hinted) {
    const object = (await store.lsRemote(remote, [gitRef], signal)).get(gitRef);
    if (object === undefined || (await isHere(object))) return object;
  }
  try {
    return await store.fetchCandidate(remote, gitRef, CANDIDATE_REF, signal);
  } catch (error) {
    if (error instanceof GitFailed && error.reason === "RefGone") return undefined;
    throw error;
  }
};
