import { GitFailed, isFullId } from "@evenkeel/git";
import type { GitStore, Remote } from "@evenkeel/git";

/** What the remote offers, and whether it was fetched already. */
export interface Found {
  /** Object the Git ref points to: a commit, or a tag object. undefined: the ref is gone. */
  readonly object: string | undefined;
  readonly fetched: boolean;
}

const candidateRef = 1;

/**
 * Asks for the Git ref and fetches it where it is not the accepted object. After a verified hint it is fetched at once:
 * the question would cost more than a fetch that brings nothing. A full commit id needs no question either.
 */
export const findCandidate = async (
  store: GitStore,
  remote: Remote,
  gitRef: string,
  accepted: string | undefined,
  hinted: boolean,
  signal: AbortSignal,
): Promise<Found> => {
  if (isFullId(gitRef) && gitRef === accepted) return { object: gitRef, fetched: false };
  if (!hinted && !isFullId(gitRef)) {
    const object = (await store.lsRemote(remote, [gitRef], signal)).get(gitRef);
    if (object === undefined || (object === accepted && (await store.has(object, signal))))
      return { object, fetched: false };
  }
  try {
    return { object: await store.fetchCandidate(remote, gitRef, candidateRef, signal), fetched: true };
  } catch (error) {
    if (error instanceof GitFailed && error.reason === "RefGone") return { object: undefined, fetched: false };
    throw error;
  }
};
