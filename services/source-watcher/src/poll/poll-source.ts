import { FLEET_SOURCE } from "@evenkeel/contracts";
import type { Tip } from "@evenkeel/contracts";
import { sourceTrace } from "@evenkeel/telemetry";

import { askAtStart } from "../anchored/ask-at-start.ts";
import { acceptTip } from "../accept/accept-tip.ts";
import type { Acceptance } from "../accept/accept-tip.ts";
import { confirmAccepted } from "../accept/confirm-accepted.ts";
import { continued, firstSeen, rewritten } from "../core/anchored.ts";
import type { HoldWhy, TipDecision } from "../core/decide-tip.ts";
import { kindOf } from "../core/source.ts";
import type { Deps } from "../deps.ts";
import { decideOffer, loadOffer, objectOf } from "../accept/load-offer.ts";
import type { Offer, Watched } from "../accept/load-offer.ts";
import { settleAnchored } from "../anchored/settle-anchored.ts";
import type { Settled } from "../anchored/settle-anchored.ts";
import { rewriteOf } from "../accept/source-memory.ts";
import { leaveOutlived } from "../accept/published-before.ts";
import { endHold, holdForFleet, holdUnread, putHold, tellRead } from "../accept/tell-condition.ts";

// A lost race starts again from the fetch; whoever always loses waits like anybody who fails.
const MOST_TRIES = 5;

/** One look at a source: load, decide, act, tell. Throws GitFailed, SecretMissing, FleetMissing or a bus error. */
export const pollSource = async (deps: Deps, watched: Watched, hinted: boolean, signal: AbortSignal): Promise<void> => {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const startedAt = deps.clock.now();
    const loaded = await loadOffer(deps, watched, hinted, signal);
    watched.memory.checkedAt = deps.clock.now();
    const silent = await askAtStart(deps, watched, loaded, signal);
    if (silent.length > 0) return holdUnread(deps, watched, loaded, silent, signal);
    const left = await leaveOutlived(deps, watched, loaded, signal);
    if (left === "again") continue;
    const { offer, witnesses } = left;
    const settled = await settleAnchored(deps, watched, offer, witnesses, signal);
    if (settled.kind === "unread") return holdUnread(deps, watched, offer, settled.unread, signal);
    if (settled.kind === "unproven") {
      const why = kindOf(watched.source.ref) === "tag" ? "tag" : "diverged";
      await holdTip(deps, watched, offer, { why, accepted: settled.anchored.tip }, signal);
      return;
    }
    if (settled.kind === "fleet") return holdForFleet(deps, watched, offer, settled.tip, signal);
    const isProved = settled.by === undefined && settled.proved.length > 0;
    const { decision, useUp } = await decideOffer(deps, watched, offer, isProved, signal);
    if ((await act(deps, watched, offer, { decision, settled, startedAt }, signal)) === "again") continue;
    if (decision.kind !== "hold") await useUp?.();
    return;
  }
  throw new Error(`${watched.source.id}: its tip is moved by somebody else all the time`);
};

interface Decided {
  readonly decision: TipDecision;
  readonly settled: Extract<Settled, { readonly kind: "settled" }>;
  readonly startedAt: Date;
}

const act = async (
  deps: Deps,
  watched: Watched,
  offer: Offer,
  { decision, settled: { proved, by }, startedAt }: Decided,
  signal: AbortSignal,
): Promise<"done" | "again"> => {
  const { source, memory } = watched;
  const { before, commit } = offer;
  const own = before && { lineage: before.lineage?.lineage ?? before.revision, follows: before.lineage?.follows ?? [] };
  const now = deps.clock.now().getTime();
  // At the first commit of a lineage that is replaced, another one begins all the same.
  const beginning = (revision: string): string =>
    [own, ...proved].some((each) => each?.lineage === revision) ? firstSeen(revision, now) : revision;
  switch (decision.kind) {
    case "accept": {
      const oid = commit?.oid ?? "";
      const isFirstSight = source.id === FLEET_SOURCE && before === undefined;
      const isRewrite = decision.by !== undefined || by !== undefined;
      const first = isFirstSight ? firstSeen(oid, now) : isRewrite ? beginning(oid) : oid;
      const descent = isRewrite ? rewritten(own, first, proved) : continued(own, first, proved);
      return accept(deps, watched, offer, { descent, by: decision.by ?? by, startedAt }, signal);
    }
    case "unchanged":
      if (before !== undefined && (proved.length > 0 || (await mustNumber(deps, watched, offer, before, signal)))) {
        const isAstray = proved.some(({ lineage }) => lineage === own?.lineage);
        const descent = isAstray
          ? rewritten(own, beginning(before.revision), proved)
          : continued(own, before.revision, proved);
        return accept(deps, watched, offer, { descent, by, startedAt }, signal);
      }
      await endHold(deps, source.id, memory, {}, signal);
      return "done";
    case "stale":
      memory.behind = decision.behind;
      await tellRead(deps, source.id, memory, {}, signal);
      deps.telemetry.log.info("stale tip ignored", { repository: source.id, polls: decision.behind.polls });
      return "done";
    case "hold": {
      memory.behind = decision.behind;
      if (before === offer.entry?.value) await confirmAccepted(deps, watched, offer, signal);
      const accepted = before === undefined ? "" : objectOf(before);
      return holdTip(deps, watched, offer, { ...decision, accepted }, signal);
    }
  }
};

const holdTip = async (
  deps: Deps,
  { source, memory }: Watched,
  { object, gitRef }: Offer,
  { why, accepted, isBack = false }: { readonly why: HoldWhy; readonly accepted: string; readonly isBack?: boolean },
  signal: AbortSignal,
): Promise<"done"> => {
  const rewritten = isBack && memory.hold !== undefined ? rewriteOf(memory.hold) : undefined;
  const at = { why, url: source.url, gitRef, accepted, candidate: object ?? "", rewritten };
  await putHold(deps, source.id, memory, at, signal);
  return "done";
};

// An unchanged tip takes a new number where a cluster knows a higher one, where another URL or Git ref was in force
// meanwhile, and where what was stored for it is lost.
const mustNumber = async (
  deps: Deps,
  watched: Watched,
  offer: Offer,
  before: Tip,
  signal: AbortSignal,
): Promise<boolean> =>
  before.seq <= deps.seqFloor() ||
  before !== offer.entry?.value ||
  !(await confirmAccepted(deps, watched, offer, signal));

const accept = async (
  deps: Deps,
  { source, memory, fleetSet }: Watched,
  offer: Offer,
  { descent, by, startedAt }: Pick<Acceptance, "descent" | "by"> & { readonly startedAt: Date },
  signal: AbortSignal,
): Promise<"done" | "again"> => {
  const { before, commit, entry, gitRef, object, store } = offer;
  if (commit === undefined || object === undefined) throw new Error(`${source.id}: nothing to accept`);
  const trace = sourceTrace(source.url, gitRef, commit.oid);
  deps.telemetry.record({
    name: "fetch",
    identity: trace,
    startedAt,
    endedAt: deps.clock.now(),
    attributes: {
      "vcs.repository.url.full": source.url,
      "vcs.ref.head.name": gitRef,
      "vcs.ref.head.type": kindOf(source.ref),
      "vcs.ref.head.revision": commit.oid,
    },
  });
  const acceptance = { source, gitRef, object, commit, before, entry, descent, by, fleetSet: fleetSet() };
  const result = await deps.telemetry.span("accept", { parent: trace }, () =>
    acceptTip(deps, store, memory, acceptance, signal),
  );
  if (result.kind === "lost") return "again";
  deps.telemetry.log.info("tip accepted", {
    repository: source.id,
    revision: commit.oid,
    seq: String(result.tip.seq),
    by: result.tip.acceptedBy,
  });
  deps.metrics.stageDuration.record((deps.clock.now().getTime() - startedAt.getTime()) / 1000, {
    stage: "fetch",
    result: "success",
  });
  await endHold(deps, source.id, memory, result.faults, signal);
  await store.keepAccepted(1, commit.oid);
  await store.tidy(signal);
  return "done";
};
