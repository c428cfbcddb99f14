import type { Outcome } from "@evenkeel/bus";

import type { ClusterLane } from "../cluster/cluster-lane.ts";

/**
 * Waits for work on a cluster as long as the cluster is fine; then `left` is the message's outcome, and the work goes on by
 * itself: `after` is told how it ended, or what it threw.
 */
export const leaveInDoubt = async (
  lane: ClusterLane,
  work: Promise<Outcome>,
  left: Outcome,
  after: (end: { readonly outcome?: Outcome; readonly error?: unknown }) => void,
): Promise<Outcome> => {
  const doubted = Promise.withResolvers<undefined>();
  using _doubt = lane.onDoubt(() => doubted.resolve(undefined));
  const first = await Promise.race([work, doubted.promise]);
  if (first !== undefined) return first;
  work.then(
    (outcome) => after({ outcome }),
    (error: unknown) => after({ error }),
  );
  return left;
};
