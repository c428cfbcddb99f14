import { buckets, FLEET_SOURCE } from "@evenkeel/contracts";
import type { Tip } from "@evenkeel/contracts";
import type { DeclarationSet } from "@evenkeel/declarations";
import { toFullRef } from "@evenkeel/git";
import type { Commit, GitStore, Remote } from "@evenkeel/git";
import type { Ancestry } from "@evenkeel/words";

import { findLift } from "../core/find-lift.ts";
import { decideTip } from "../core/decide-tip.ts";
import type { TipDecision } from "../core/decide-tip.ts";
import { kindOf } from "../core/source.ts";
import type { Source } from "../core/source.ts";
import type { Deps } from "../deps.ts";
import { findCandidate } from "./find-candidate.ts";
import { askAncestry } from "./ask-ancestry.ts";
import { openRemote } from "../poll/open-remote.ts";
import { leftOf, rewriteOf } from "./source-memory.ts";
import type { SourceMemory, TipEntry } from "./source-memory.ts";

/** The start option that lifts a hold of the fleet. */
export const FLEET_OPTION = "EVENKEEL_FLEET_ACCEPTED_TIP";

/** Lifts the hold of the fleet where its tip goes on from what clusters were given. */
const ANCHORED_LIFT = "anchors";

/** What a poll needs to know of its source. */
export interface Watched {
  readonly source: Source;
  readonly memory: SourceMemory;
  readonly store: (signal: AbortSignal) => Promise<GitStore>;
  /** The declarations in force: Overrides lift from here. */
  readonly fleetSet: () => DeclarationSet;
}

/** What a tip's Git ref pointed to: for an annotated tag the tag object, as `git ls-remote` shows it. */
export const objectOf = ({ revision, tagObject }: Pick<Tip, "revision" | "tagObject">): string =>
  tagObject === "" ? revision : tagObject;

/** What the remote offers beside what is accepted. */
export interface Offer {
  readonly gitRef: string;
  readonly remote: Remote;
  readonly store: GitStore;
  readonly entry: TipEntry | undefined;
  /** The accepted tip of this URL and Git ref, whether or not it is the one in force. */
  readonly before: Tip | undefined;
  readonly object: string | undefined;
  readonly commit: Commit | undefined;
}

/** Reads the accepted tip and asks the remote; throws GitFailed, SecretMissing or a bus error. */
export const loadOffer = async (deps: Deps, watched: Watched, hinted: boolean, signal: AbortSignal): Promise<Offer> => {
  const gitRef = toFullRef(watched.source.ref);
  const [{ entry, before }, found] = await (async () => {
    const accepted = readAccepted(deps, watched.source, gitRef, signal);
    return Promise.all([accepted, lookAtRemote(deps, watched, { gitRef, accepted, hinted }, signal)]);
  })();
  return { gitRef, entry, before, ...found };
};

/** What is accepted of this very URL and Git ref: the tip in force, or what was left when another one was declared. */
const readAccepted = async (
  { bus }: Deps,
  { id, url }: Source,
  gitRef: string,
  signal: AbortSignal,
): Promise<Pick<Offer, "entry" | "before">> => {
  const entry = await bus.state(buckets.tip).get({ source: id }, signal);
  const tip = entry?.value;
  if (tip === undefined || (tip.url === url && tip.gitRef === gitRef)) return { entry, before: tip };
  return { entry, before: (await bus.state(buckets.leftTip).get(leftOf(id, url, gitRef), signal))?.value };
};

interface Question {
  readonly gitRef: string;
  readonly hinted: boolean;
  readonly accepted: Promise<Pick<Offer, "before">>;
}

const lookAtRemote = async (
  deps: Deps,
  { source, memory, store: open }: Watched,
  { gitRef, accepted, hinted }: Question,
  signal: AbortSignal,
): Promise<Pick<Offer, "remote" | "store" | "object" | "commit">> => {
  const [remote, store] = await Promise.all([openRemote(deps, source), open(signal)]);
  const isHere = async (object: string): Promise<boolean> => {
    if (object === memory.read?.object) return true;
    const { before } = await accepted;
    return before !== undefined && object === objectOf(before) && (await store.has(object, signal));
  };
  const find = () => findCandidate({ store, remote }, { gitRef, isHere, hinted }, signal);
  const object = await (hinted || source.id === FLEET_SOURCE ? find() : deps.looks.run(remote.url.host, find, signal));
  if (object === undefined) return { remote, store, object, commit: undefined };
  if (object !== memory.read?.object) memory.read = { object, commit: await store.readCommit(object, signal) };
  return { remote, store, object, commit: memory.read.commit };
};

const unknown: { descends: Ancestry; precedes: Ancestry } = { descends: "no", precedes: "no" };

/** The decision, and what an Override that ended a hold needs so that it lifts nothing else later. */
export interface OfferDecision {
  readonly decision: TipDecision;
  readonly useUp: (() => Promise<void>) | undefined;
}

/** Judges the offer by the history guard. */
export const decideOffer = async (
  deps: Deps,
  watched: Watched,
  offer: Offer,
  isProved: boolean,
  signal: AbortSignal,
): Promise<OfferDecision> => {
  const { source, memory } = watched;
  const { before, commit, object, remote, store } = offer;
  const { hold: held } = memory;
  // A hold about a tip that a cluster was given ends with its proof, which was made by now.
  const isOfTip = before === undefined || held?.accepted === objectOf(before);
  const hold = isOfTip && held?.url === source.url && held.gitRef === offer.gitRef ? held.why : undefined;
  const asked = before !== undefined && commit !== undefined && commit.oid !== before.revision;
  const earlier =
    hold === undefined || held === undefined || source.id === FLEET_SOURCE ? undefined : rewriteOf(held)?.to;
  const from = before && objectOf(before);
  const lifted =
    from === undefined || earlier === undefined || earlier === object
      ? undefined
      : await liftOf(deps, watched, offer, { from, to: earlier }, signal);
  const decision = decideTip({
    kind: kindOf(source.ref),
    isFleet: source.id === FLEET_SOURCE,
    accepted: before && { object: objectOf(before), revision: before.revision },
    candidate: object === undefined || commit === undefined ? undefined : { object, revision: commit.oid },
    ...(asked ? await askAncestry(store, remote, before.revision, commit, signal) : unknown),
    hold,
    behind: memory.behind,
    nowMs: deps.clock.monotonic(),
    lift:
      before &&
      object &&
      ((await liftOf(deps, watched, offer, { from: objectOf(before), to: object }, signal)) ??
        provedLift(watched, isProved)),
    lifted,
  });
  if (lifted === undefined || from === undefined || earlier === undefined) return { decision, useUp: undefined };
  // A rewrite to the same later is not what it was declared for.
  const useUp = async (): Promise<void> => {
    const used = deps.bus.ownState(buckets.usedOverride);
    await used.put({ override: lifted, from, to: earlier }, { tipRevision: 0 }, signal);
  };
  return { decision, useUp };
};

// The fleet's tip goes on from what clusters were given and the bus did not know: the one in force was taken on first sight.
const provedLift = ({ source }: Watched, isProved: boolean): string | undefined =>
  source.id === FLEET_SOURCE && isProved ? ANCHORED_LIFT : undefined;

// What was used up at another revision of the tip lifts nothing any more.
const liftOf = async (
  { bus, clock, config }: Deps,
  { source, fleetSet }: Watched,
  { commit, entry, gitRef }: Offer,
  { from, to }: { readonly from: string; readonly to: string },
  signal: AbortSignal,
): Promise<string | undefined> => {
  const { acceptedTip } = config.fleet;
  const name =
    source.id !== FLEET_SOURCE
      ? findLift(fleetSet().overrides, { source: source.id, gitRef, from, to }, clock.now().getTime())
      : acceptedTip !== undefined && (acceptedTip === to || acceptedTip === commit?.oid)
        ? FLEET_OPTION
        : undefined;
  if (name === undefined) return undefined;
  const used = await bus.state(buckets.usedOverride).get({ override: name, from, to }, signal);
  return used?.value === undefined || used.value.tipRevision === entry?.revision ? name : undefined;
};
