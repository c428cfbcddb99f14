import type { Tip } from "@evenkeel/contracts";
import type { DeclarationSet } from "@evenkeel/declarations";
import { toFullRef } from "@evenkeel/git";
import type { Commit, GitStore, Remote } from "@evenkeel/git";

import { findLift } from "./core/find-lift.ts";
import { judgeTip } from "./core/judge-tip.ts";
import type { Ancestry, TipVerdict } from "./core/judge-tip.ts";
import { fleetSource, kindOf } from "./core/source.ts";
import type { Source } from "./core/source.ts";
import type { Deps } from "./deps.ts";
import { findCandidate } from "./find-candidate.ts";
import { judgeAncestry } from "./judge-ancestry.ts";
import { openRemote } from "./open-remote.ts";
import { openTips, tipKey, usedKey } from "./source-memory.ts";
import type { SourceMemory, TipEntry } from "./source-memory.ts";

/** What a poll needs to know of its source. */
export interface Watched {
  readonly source: Source;
  readonly memory: SourceMemory;
  readonly store: (signal: AbortSignal) => Promise<GitStore>;
  /** The declarations in force: Overrides lift from here. */
  readonly fleetSet: () => DeclarationSet;
}

/** What the remote offers beside what is accepted. */
export interface Offer {
  readonly gitRef: string;
  readonly remote: Remote;
  readonly store: GitStore;
  readonly entry: TipEntry | undefined;
  /** The accepted tip, if it is of this URL and Git ref. */
  readonly before: Tip | undefined;
  readonly object: string | undefined;
  readonly commit: Commit | undefined;
}

/** Reads the accepted tip and asks the remote; throws GitFailed, SecretMissing or a bus error. */
export const loadOffer = async (
  deps: Deps,
  { source, store: open }: Watched,
  hinted: boolean,
  signal: AbortSignal,
): Promise<Offer> => {
  const gitRef = toFullRef(source.ref);
  const beforeOf = (tip: Tip | undefined): Tip | undefined =>
    tip?.url === source.url && tip.gitRef === gitRef ? tip : undefined;
  const asked = openTips(deps.bus).tips.get(tipKey(source.id), signal);
  const accepted = asked.then((stored) => objectOf(beforeOf(stored?.value)));
  const looked = Promise.all([openRemote(deps.config, source), open(signal)]).then(async ([remote, store]) => ({
    remote,
    store,
    object: await findCandidate(store, remote, gitRef, accepted, hinted, signal),
  }));
  const [entry, { remote, store, object }] = await Promise.all([asked, looked]);
  const before = beforeOf(entry?.value);
  const commit = object === undefined ? undefined : await store.readCommit(object, signal);
  return { gitRef, remote, store, entry, before, object, commit };
};

function objectOf(tip: Tip): string;
function objectOf(tip: Tip | undefined): string | undefined;
function objectOf(tip: Tip | undefined): string | undefined {
  return tip?.tagObject === "" ? tip.revision : tip?.tagObject;
}
const unknown: { descends: Ancestry; precedes: Ancestry } = { descends: "no", precedes: "no" };

/** Judges the offer by the history guard. */
export const decide = async (deps: Deps, watched: Watched, offer: Offer, signal: AbortSignal): Promise<TipVerdict> => {
  const { source, memory } = watched;
  const { before, commit, object, remote, store } = offer;
  const hold = memory.hold?.url === source.url && memory.hold.gitRef === offer.gitRef ? memory.hold.why : undefined;
  const asked = before !== undefined && commit !== undefined && commit.oid !== before.revision;
  return judgeTip({
    kind: kindOf(source.ref),
    isFleet: source.id === fleetSource,
    accepted: before && { object: objectOf(before), revision: before.revision },
    candidate: object === undefined || commit === undefined ? undefined : { object, revision: commit.oid },
    ...(asked ? await judgeAncestry(store, remote, before.revision, commit, signal) : unknown),
    hold,
    behind: memory.behind,
    nowMs: deps.clock.monotonic(),
    lift: before && commit && (await liftOf(deps, watched, offer, before, commit, signal)),
  });
};

// An Override that was used up at another revision of the tip lifts nothing any more.
const liftOf = async (
  { bus, clock, config }: Deps,
  { source, fleetSet }: Watched,
  { entry, gitRef }: Offer,
  before: Tip,
  commit: Commit,
  signal: AbortSignal,
): Promise<string | undefined> => {
  const [from, to] = [before.revision, commit.oid];
  if (source.id === fleetSource) return config.fleet.acceptedTip === to ? "EVENKEEL_FLEET_ACCEPTED_TIP" : undefined;
  const name = findLift(fleetSet().overrides, { source: source.id, gitRef, from, to }, clock.now().getTime());
  if (name === undefined) return undefined;
  const used = await openTips(bus).used.get(usedKey(name, from, to), signal);
  return used?.value === undefined || used.value.tipRevision === entry?.revision ? name : undefined;
};
