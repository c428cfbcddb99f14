import { BusConflict } from "@evenkeel/bus";
import type { Delivery } from "@evenkeel/bus";
import { CommitObserved, flows } from "@evenkeel/contracts";
import type { Tip } from "@evenkeel/contracts";
import { sourceTrace } from "@evenkeel/telemetry";

import type { Deps } from "../deps.ts";

/** The fact that tells an accepted tip; made of the tip alone, so that it can be told again. */
export const toCommitObserved = (tip: Tip, supersededCount: number): CommitObserved =>
  CommitObserved.fromPartial({
    source: tip.source,
    seq: tip.seq,
    revision: tip.revision,
    tree: tip.tree,
    gitRef: tip.gitRef,
    url: tip.url,
    previous: tip.previous,
    subject: tip.subject,
    author: tip.author,
    observedAt: tip.acceptedAt,
    supersededCount,
    lineage: tip.lineage,
    declarationsDigest: tip.declarationsDigest,
    traceId: sourceTrace(tip.url, tip.gitRef, tip.revision).traceId,
  });

/** The fact of this source that the bus has now. */
export const lastCommit = (
  { bus }: Deps,
  source: string,
  signal: AbortSignal,
): Promise<Delivery<CommitObserved> | undefined> => bus.readLast(flows.commitObserved, { source }, signal);

/**
 * Publishes an accepted tip unless the bus already has it, or a newer one: an old owner cannot put it back. `known` is
 * what `lastCommit` told before; where that is no longer so, it is asked again.
 */
export const publishCommit = async (
  deps: Deps,
  tip: Tip,
  supersededCount: number,
  signal: AbortSignal,
  known?: Delivery<CommitObserved>,
): Promise<void> => {
  const { bus } = deps;
  for (let last = known ?? (await lastCommit(deps, tip.source, signal)); ;) {
    if (last !== undefined && last.fact.seq >= tip.seq) return;
    try {
      const fact = toCommitObserved(tip, supersededCount);
      await bus.publish(flows.commitObserved, fact, { expectLast: last?.sequence ?? 0, signal });
      return;
    } catch (error) {
      if (!(error instanceof BusConflict)) throw error;
      last = await lastCommit(deps, tip.source, signal);
    }
  }
};
