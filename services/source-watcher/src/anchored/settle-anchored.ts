import { createBell } from "@evenkeel/async";
import { buckets, FLEET_SOURCE } from "@evenkeel/contracts";
import type { Tip } from "@evenkeel/contracts";
import { targetsOf } from "@evenkeel/declarations";
import type { DeclarationSet } from "@evenkeel/declarations";
import { isFullId } from "@evenkeel/git";

import { findLift } from "../core/find-lift.ts";
import { unknownTips } from "../core/anchored.ts";
import type { Anchored, Own } from "../core/anchored.ts";
import { kindOf } from "../core/source.ts";
import type { Deps } from "../deps.ts";
import { givenAstray } from "./given-astray.ts";
import { FLEET_OPTION } from "../accept/load-offer.ts";
import type { Offer, Watched } from "../accept/load-offer.ts";
import type { Question, Remembered } from "../accept/remembered.ts";
import type { SourceMemory } from "../accept/source-memory.ts";
import { outlivedFleet, publishedBefore } from "../accept/published-before.ts";

export type Unread = ReturnType<Remembered["unread"]>;

/** How an offered tip stands to what the clusters were given. */
export type Settled =
  /** Nothing is stored of the source, and these clusters have not said what they were given of it. */
  | { readonly kind: "unread"; readonly unread: Unread }
  /** Clusters were given a tip of the fleet that the one in force does not descend from: nothing is planned from it. */
  | { readonly kind: "fleet"; readonly tip: string }
  /** A cluster was given a tip that the offered one does not descend from. */
  | { readonly kind: "unproven"; readonly anchored: Anchored }
  /** It descends from all that the bus did not know of; `by`: the Override that accepts what does not. */
  | { readonly kind: "settled"; readonly proved: readonly Anchored[]; readonly by: string | undefined };

/** Clusters that a source has units on, as declared. */
export const clustersOf = (set: DeclarationSet, source: string): readonly string[] => [
  ...new Set(
    set.applications
      .filter(({ spec }) => spec.repository === source)
      .flatMap((application) => targetsOf(application, set.clusters)),
  ),
];

/** Appliers answer within this, or say why not. */
const PATIENCE_MS = 5_000;
const LOOK_AGAIN_MS = 250;

/** Its questions to these clusters; what the bus has lost of them is asked again. */
const questionsOf = async (
  { remembered }: Deps,
  { questions }: SourceMemory,
  clusters: readonly string[],
  signal: AbortSignal,
): Promise<readonly Question[]> =>
  Promise.all(
    clusters.map(async (cluster) => {
      const before = questions.get(cluster);
      if (before !== undefined && remembered.stands(before)) return before;
      const asked = await remembered.ask(cluster, signal);
      questions.set(cluster, asked);
      return asked;
    }),
  );

/** Only what was read after the question counts: an earlier word may be older than what the bus has lost. */
export const askAnchors = async (
  deps: Deps,
  memory: SourceMemory,
  clusters: readonly string[],
  signal: AbortSignal,
): Promise<Unread> => {
  const { clock, remembered } = deps;
  const ended = new AbortController();
  const until = AbortSignal.any([signal, ended.signal]);
  const changed = createBell();
  remembered.onChange(() => changed.ring(), until);
  const late = clock.sleep(PATIENCE_MS, until).then(
    () => "late" as const,
    () => "late" as const,
  );
  try {
    for (;;) {
      const questions = await questionsOf(deps, memory, clusters, signal);
      const unread = remembered.unread(questions);
      if (unread.every(({ reason }) => reason !== undefined)) return unread;
      if ((await Promise.race([changed.heard(), late])) === "late") return remembered.unread(questions);
    }
  } finally {
    ended.abort();
  }
};

const liftOf = (
  { clock, config }: Deps,
  { source, fleetSet }: Watched,
  { gitRef, object, commit }: Offer,
  { tip }: Anchored,
): string | undefined => {
  if (object === undefined) return undefined;
  if (source.id !== FLEET_SOURCE)
    return findLift(fleetSet().overrides, { source: source.id, gitRef, from: tip, to: object }, clock.now().getTime());
  const { acceptedTip } = config.fleet;
  return acceptedTip !== undefined && (acceptedTip === object || acceptedTip === commit?.oid)
    ? FLEET_OPTION
    : undefined;
};

const ownOf = ({ lineage, revision, seq }: Tip): Own => ({
  lineage: lineage?.lineage ?? revision,
  follows: lineage?.follows ?? [],
  seq,
});

/**
 * Which clusters there are is known only from the fleet, so that a lost bus takes its tip on first sight. Until that tip
 * is proved to go on from what clusters were given, it names the clusters to ask and does nothing else.
 */
const unprovenFleet = async (deps: Deps, signal: AbortSignal): Promise<string | undefined> => {
  const { bus, clock, remembered } = deps;
  const until = clock.monotonic() + PATIENCE_MS;
  for (;;) {
    const tip = (await bus.state(buckets.tip).get({ source: FLEET_SOURCE }, signal))?.value;
    const unknown = tip && unknownTips(ownOf(tip), remembered.of(FLEET_SOURCE, tip.gitRef))[0];
    if (tip !== undefined && unknown === undefined) return undefined;
    if (clock.monotonic() >= until) return unknown?.tip ?? "";
    // Its proof takes one look at the fleet, which the same news has woken.
    await clock.sleep(LOOK_AGAIN_MS, signal);
  }
};

/**
 * Asks what the clusters of a source were given before anything of it is numbered, and proves that the offered tip goes
 * on from there: a lost bus is no way round the history guard (invariant history.lost-memory).
 */
export const settleAnchored = async (
  deps: Deps,
  watched: Watched,
  offer: Offer,
  witnesses: readonly Anchored[],
  signal: AbortSignal,
): Promise<Settled> => {
  const { source, memory } = watched;
  const { before, commit, gitRef, store } = offer;
  memory.own = before && ownOf(before);
  if (commit === undefined) return { kind: "settled", proved: [], by: undefined };
  if (before !== undefined) memory.questions.clear();
  else {
    memory.waits = true;
    const newer = source.id === FLEET_SOURCE ? undefined : await outlivedFleet(deps, signal);
    if (newer !== undefined) return { kind: "fleet", tip: newer };
    const unread = await askAnchors(deps, memory, clustersOf(watched.fleetSet(), source.id), signal);
    if (unread.length > 0) return { kind: "unread", unread };
    const tip = source.id === FLEET_SOURCE ? undefined : await unprovenFleet(deps, signal);
    if (tip !== undefined) return { kind: "fleet", tip };
  }
  // Until a tip is stored, whatever a cluster says meanwhile is news.
  memory.waits = before === undefined;
  const isProved = async ({ tip }: Anchored): Promise<boolean> => {
    if (tip === commit.oid) return true;
    if (kindOf(source.ref) !== "branch" || !isFullId(tip)) return false;
    return (await store.isAncestor(tip, commit.oid, signal)) === "yes";
  };
  const told = before === undefined ? await publishedBefore(deps, watched, gitRef, signal) : [];
  const given = [...witnesses, ...told, ...deps.remembered.of(source.id, gitRef)];
  const astray = await givenAstray(watched, offer, given, signal);
  const proved = [...unknownTips(memory.own, given), ...astray];
  let by: string | undefined;
  for (const anchored of proved) {
    if (await isProved(anchored)) continue;
    by = liftOf(deps, watched, offer, anchored);
    if (by === undefined) return { kind: "unproven", anchored };
  }
  return { kind: "settled", proved, by };
};
