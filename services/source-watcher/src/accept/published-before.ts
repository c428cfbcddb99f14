import { raiseSeq, readSeq } from "@evenkeel/bus";
import { buckets, FLEET_SOURCE } from "@evenkeel/contracts";
import type { Tip } from "@evenkeel/contracts";

import { isOutlived } from "../core/anchored.ts";
import type { Anchored } from "../core/anchored.ts";
import type { Deps } from "../deps.ts";
import type { Offer, Watched } from "./load-offer.ts";
import { lastCommit } from "./publish-commit.ts";

const statementOf = ({ lineage }: Tip): Anchored[] => (lineage === undefined ? [] : [lineage]);

/** The offer beside a tip that was put back to an older state: what came after it is lost, and the tip only bears witness. */
export type Outlived = { readonly offer: Offer; readonly witnesses: readonly Anchored[] };

/**
 * Whether the stored tip is older than what the bus told of its source, or than what a cluster was given: then it counts
 * as lost. `again`: somebody moved it meanwhile.
 */
export const leaveOutlived = async (
  deps: Deps,
  { source, memory }: Watched,
  offer: Offer,
  signal: AbortSignal,
): Promise<Outlived | "again"> => {
  const { before, entry, gitRef } = offer;
  const tip = entry?.value;
  if (tip === undefined) return { offer, witnesses: [] };
  const isPublished = memory.publishedSeq === tip.seq;
  const published = isPublished ? undefined : (await lastCommit(deps, source.id, signal))?.fact.seq;
  const newest = [memory.publishedSeq, published ?? 0n];
  const given = before === tip ? deps.remembered.of(source.id, gitRef) : [];
  if (!isOutlived(tip, newest, given)) return { offer, witnesses: [] };
  // A tip is stored before it is told: one that another owner stored since then is not older than what was told.
  const now = await deps.bus.state(buckets.tip).get({ source: source.id }, signal);
  if (now?.revision !== entry?.revision) return "again";
  deps.telemetry.log.warn("the stored tip is older than what was told of it, and counts as lost", {
    repository: source.id,
    stored: String(tip.seq),
    told: String(published ?? memory.publishedSeq),
  });
  const witnesses = [tip, ...(before === undefined ? [] : [before])]
    .filter(({ url, gitRef: of }) => url === source.url && of === gitRef)
    .flatMap(statementOf);
  return { offer: { ...offer, before: undefined }, witnesses };
};

/**
 * The tip that this bus last told of, where the tip itself is lost: the clusters may not have been given it yet. Numbers go
 * on above it, or whoever has seen it takes nothing newer.
 */
export const publishedBefore = async (
  deps: Deps,
  { source }: Watched,
  gitRef: string,
  signal: AbortSignal,
): Promise<Anchored[]> => {
  const published = (await lastCommit(deps, source.id, signal))?.fact;
  if (published === undefined) return [];
  if (published.seq > (await readSeq(deps.bus, signal)).last) await raiseSeq(deps.bus, published.seq, signal);
  return published.lineage !== undefined && published.url === source.url && published.gitRef === gitRef
    ? [published.lineage]
    : [];
};

/** The fleet's revision that the bus told last, where the stored tip of the fleet is older: it names clusters of another time. */
export const outlivedFleet = async (deps: Deps, signal: AbortSignal): Promise<string | undefined> => {
  const published = (await lastCommit(deps, FLEET_SOURCE, signal))?.fact;
  if (published === undefined) return undefined;
  const tip = (await deps.bus.state(buckets.tip).get({ source: FLEET_SOURCE }, signal))?.value;
  return tip !== undefined && tip.seq < published.seq ? published.revision : undefined;
};
