import { buckets, flows } from "@evenkeel/contracts";
import type { Reason } from "@evenkeel/contracts";

import { fleetReason, holdReason, noCondition, toCondition, unreadReason } from "../core/describe-condition.ts";
import type { ConditionState, UnreadCluster } from "../core/describe-condition.ts";
import type { HoldWhy } from "../core/decide-tip.ts";
import type { Source } from "../core/source.ts";
import type { Deps } from "../deps.ts";
import type { Hold, SourceMemory } from "./source-memory.ts";

/** Publishes the source's whole condition where it says something else than the last one. */
export const tellCondition = async (
  { bus, telemetry }: Deps,
  source: string,
  memory: SourceMemory,
  state: ConditionState,
  signal: AbortSignal,
): Promise<void> => {
  memory.condition = state;
  const fact = toCondition(source, state, memory.published, memory.checkedAt);
  if (fact === undefined) return;
  await bus.publish(flows.sourceCondition, fact, { signal });
  memory.published = fact;
  telemetry.log.info("source condition changed", {
    repository: source,
    reason: state.hold?.reason?.code ?? state.error?.code ?? "",
    faults: state.declarationErrorCount,
  });
};

/** A failure to read the source; the first one of a row keeps its time. */
export const tellError = (deps: Deps, source: string, memory: SourceMemory, error: Reason, signal: AbortSignal) =>
  tellCondition(
    deps,
    source,
    memory,
    { ...memory.condition, error, errorSince: memory.condition.errorSince ?? deps.clock.now() },
    signal,
  );

/** The source was read: no error stands, and perhaps other faults in declarations do. */
export const tellRead = (
  deps: Deps,
  source: string,
  memory: SourceMemory,
  faults: Partial<ConditionState>,
  signal: AbortSignal,
) =>
  tellCondition(
    deps,
    source,
    memory,
    { ...memory.condition, error: undefined, errorSince: undefined, ...faults },
    signal,
  );

/** Puts a hold in force: kept beside the tip first, then told. */
export const putHold = async (
  deps: Deps,
  source: string,
  memory: SourceMemory,
  at: Omit<Hold, "since">,
  signal: AbortSignal,
): Promise<void> => {
  const { hold } = memory;
  const same = hold?.why === at.why && hold.candidate === at.candidate && hold.gitRef === at.gitRef;
  const since = same ? hold.since : deps.clock.now().toISOString();
  if (!same) {
    memory.hold = { ...at, since };
    await deps.bus.ownState(buckets.hold).put({ source }, memory.hold, signal);
    if (at.why !== "gone") deps.metrics.sourceRewrites.add(1, { repository: source });
    deps.telemetry.log.warn("source held", {
      repository: source,
      why: at.why,
      accepted: at.accepted,
      candidate: at.candidate,
    });
  }
  await tellRead(deps, source, memory, { hold: shown(source, at, at.why, since) }, signal);
};

const shown = (source: string, at: Omit<Hold, "since">, why: HoldWhy, since: string) => ({
  reason: holdReason(source, { ...at, why }),
  accepted: at.accepted,
  candidate: at.candidate,
  gitRef: at.gitRef,
  since: new Date(since),
});

interface Waiting {
  readonly source: Source;
  readonly memory: SourceMemory;
}
interface Offered {
  readonly gitRef: string;
  readonly object: string | undefined;
}

/** Clusters have not said what they were given. */
export const holdUnread = (
  deps: Deps,
  waiting: Waiting,
  offer: Offered,
  unread: readonly UnreadCluster[],
  signal: AbortSignal,
) => holdUnnumbered(deps, waiting, offer, unreadReason(waiting.source.id, unread), signal);

/** The fleet in force is not proved to go on from what clusters were given. */
export const holdForFleet = (deps: Deps, waiting: Waiting, offer: Offered, tip: string, signal: AbortSignal) =>
  holdUnnumbered(deps, waiting, offer, fleetReason(waiting.source.id, tip), signal);

/** Nothing is numbered, which is told and not kept. */
const holdUnnumbered = async (
  deps: Deps,
  { source, memory }: Waiting,
  { gitRef, object = "" }: Offered,
  reason: Reason,
  signal: AbortSignal,
): Promise<void> => {
  memory.waitsSince ??= deps.clock.now();
  deps.telemetry.log.warn("source waits for anchors", { repository: source.id, reason: reason.message });
  const hold = { reason, accepted: "", candidate: object, gitRef, since: memory.waitsSince };
  await tellRead(deps, source.id, memory, { hold }, signal);
};

/** Ends whatever hold is in force. */
export const endHold = async (
  deps: Deps,
  source: string,
  memory: SourceMemory,
  faults: Partial<ConditionState>,
  signal: AbortSignal,
): Promise<void> => {
  if (memory.hold !== undefined) {
    await deps.bus.ownState(buckets.hold).delete({ source }, undefined, signal);
    memory.hold = undefined;
  }
  memory.behind = undefined;
  memory.waitsSince = undefined;
  await tellRead(deps, source, memory, { hold: noCondition.hold, ...faults }, signal);
};
