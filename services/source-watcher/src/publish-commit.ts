import { BusConflict } from "@evenkeel/bus";
import { CommitObserved, flows } from "@evenkeel/contracts";
import type { Tip } from "@evenkeel/contracts";
import { sourceTrace } from "@evenkeel/telemetry";

import type { Deps } from "./deps.ts";

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

/** Publishes an accepted tip unless the bus already has it, or a newer one: an old owner cannot put it back. */
export const publishCommit = async (
  { bus }: Deps,
  tip: Tip,
  supersededCount: number,
  signal: AbortSignal,
): Promise<void> => {
  for (;;) {
    const last = await bus.readLast(flows.commitObserved, { source: tip.source }, signal);
    if (last !== undefined && last.fact.seq >= tip.seq) return;
    try {
      const fact = toCommitObserved(tip, supersededCount);
      await bus.publish(flows.commitObserved, fact, { expectLast: last?.sequence ?? 0, signal });
      return;
    } catch (error) {
      if (!(error instanceof BusConflict)) throw error;
    }
  }
};
