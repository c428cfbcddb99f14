import { GitFailed } from "@evenkeel/git";
import type { Commit, GitStore, Remote } from "@evenkeel/git";
import type { Ancestry } from "@evenkeel/words";

import { firstParentsTo } from "./first-parents.ts";

const ACCEPTED_REF = 2;

/**
 * Both directions between the accepted tip and a fetched candidate. A near descendant needs no process; where a fresh
 * store lacks the accepted tip, the remote is asked for it once, so that a lagging host is told from a rewrite.
 */
export const askAncestry = async (
  store: GitStore,
  remote: Remote,
  accepted: string,
  candidate: Commit,
  signal: AbortSignal,
): Promise<{ readonly descends: Ancestry; readonly precedes: Ancestry }> => {
  if (candidate.parents.includes(accepted) || (await firstParentsTo(store, accepted, candidate, signal)) !== undefined)
    return { descends: "yes", precedes: "no" };
  const descends = await store.isAncestor(accepted, candidate.oid, signal);
  if (descends === "yes") return { descends, precedes: "no" };
  if (descends === "missing") await fetchAccepted(store, remote, accepted, signal);
  return { descends, precedes: await store.isAncestor(candidate.oid, accepted, signal) };
};

const fetchAccepted = async (store: GitStore, remote: Remote, accepted: string, signal: AbortSignal): Promise<void> => {
  try {
    await store.fetchCandidate(remote, accepted, ACCEPTED_REF, signal);
  } catch (error) {
    if (!(error instanceof GitFailed)) throw error; // most hosts drop what no ref reaches: then it stays missing
  }
};
