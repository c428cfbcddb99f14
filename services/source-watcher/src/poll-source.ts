import type { Tip } from "@evenkeel/contracts";
import { sourceTrace } from "@evenkeel/telemetry";

import { acceptTip } from "./accept-tip.ts";
import { confirmAccepted } from "./confirm-accepted.ts";
import type { HoldWhy, TipVerdict } from "./core/judge-tip.ts";
import { kindOf } from "./core/source.ts";
import type { Deps } from "./deps.ts";
import { decide, loadOffer, objectOf } from "./load-offer.ts";
import type { Offer, Watched } from "./load-offer.ts";
import { endHold, putHold, tellRead } from "./tell-condition.ts";

// A lost race starts again from the fetch; whoever always loses waits like anybody who fails.
const mostTries = 5;

/** One look at a source: load, decide, act, tell. Throws GitFailed, SecretMissing, FleetMissing or a bus error. */
export const pollSource = async (deps: Deps, watched: Watched, hinted: boolean, signal: AbortSignal): Promise<void> => {
  for (let tries = 0; tries < mostTries; tries += 1) {
    const startedAt = deps.clock.now();
    const offer = await loadOffer(deps, watched, hinted, signal);
    watched.memory.checkedAt = deps.clock.now();
    const verdict = await decide(deps, watched, offer, signal);
    if ((await act(deps, watched, offer, verdict, startedAt, signal)) === "done") return;
  }
  throw new Error(`${watched.source.id}: its tip is moved by somebody else all the time`);
};

const act = async (
  deps: Deps,
  watched: Watched,
  offer: Offer,
  verdict: TipVerdict,
  startedAt: Date,
  signal: AbortSignal,
): Promise<"done" | "again"> => {
  const { source, memory } = watched;
  const { before } = offer;
  switch (verdict.kind) {
    case "accept": {
      const first = offer.commit?.oid ?? "";
      const lineage = verdict.lineage === "kept" ? (before?.lineage?.lineage ?? first) : first;
      return accept(deps, watched, offer, { lineage, by: verdict.by }, startedAt, signal);
    }
    case "unchanged":
      if (before !== undefined && (await mustNumber(deps, watched, offer, before, signal)))
        return renumber(deps, watched, offer, before, startedAt, signal);
      await endHold(deps, source.id, memory, {}, signal);
      return "done";
    case "stale":
      memory.behind = verdict.behind;
      await tellRead(deps, source.id, memory, {}, signal);
      deps.telemetry.log.info("stale tip ignored", { repository: source.id, polls: verdict.behind.polls });
      return "done";
    case "hold":
      memory.behind = verdict.behind;
      if (before === offer.entry?.value) await confirmAccepted(deps, watched, offer, signal);
      return holdTip(deps, watched, offer, verdict.why, before === undefined ? "" : objectOf(before), signal);
  }
};

const holdTip = async (
  deps: Deps,
  { source, memory }: Watched,
  { object, gitRef }: Offer,
  why: HoldWhy,
  accepted: string,
  signal: AbortSignal,
): Promise<"done"> => {
  const at = { why, url: source.url, gitRef, accepted, candidate: object ?? "" };
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
  before.seq <= watched.memory.renumberAbove ||
  before !== offer.entry?.value ||
  !(await confirmAccepted(deps, watched, offer, signal));

// A cluster knows a higher number than the bus: the same tip is numbered above it. What the cluster was last given from
// another lineage has to be an ancestor, or nothing is numbered.
const renumber = async (
  deps: Deps,
  watched: Watched,
  offer: Offer,
  before: Tip,
  startedAt: Date,
  signal: AbortSignal,
): Promise<"done" | "again"> => {
  const { anchored } = watched.memory;
  const own = before.lineage?.lineage ?? before.revision;
  // An older statement than the tip's own says nothing: what it was about has been judged since.
  const isNews = anchored !== undefined && anchored.gitRef === offer.gitRef && anchored.seq >= before.seq;
  const foreign = isNews && anchored.lineage !== own;
  if (foreign && (await offer.store.isAncestor(anchored.tip, before.revision, signal)) !== "yes")
    return holdTip(deps, watched, offer, "diverged", anchored.tip, signal);
  const lineage = foreign ? anchored.lineage : own;
  return accept(deps, watched, offer, { lineage, by: undefined }, startedAt, signal);
};

const accept = async (
  deps: Deps,
  { source, memory }: Watched,
  offer: Offer,
  { lineage, by }: { readonly lineage: string; readonly by: string | undefined },
  startedAt: Date,
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
  const atLeast = memory.renumberAbove + 1n;
  const acceptance = { source, gitRef, object, commit, before, entry, lineage, by, atLeast };
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
