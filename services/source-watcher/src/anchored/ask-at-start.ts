import { FLEET_SOURCE } from "@evenkeel/contracts";

import type { Deps } from "../deps.ts";
import type { Offer, Watched } from "../accept/load-offer.ts";
import { askAnchors, clustersOf } from "./settle-anchored.ts";
import type { Unread } from "./settle-anchored.ts";

/**
 * A stored tip and what was told of it may both have come out of a backup: only the clusters know of what came after it.
 * Each owner asks them once, before it takes the first tip that goes on from a stored one, and again before each next tip
 * those that could not be read. Resolves to the clusters that no applier has answered for, where nothing would be applied
 * either. The fleet waits for their answers and goes on without: held for them, it could never let go of a cluster that
 * nobody answers for.
 */
export const askAtStart = async (
  deps: Deps,
  { fleetSet, memory, source }: Watched,
  { before, commit }: Offer,
  signal: AbortSignal,
): Promise<Unread> => {
  if (memory.toAsk?.length === 0 || before === undefined || commit === undefined || commit.oid === before.revision)
    return [];
  const isFleet = source.id === FLEET_SOURCE;
  const declared = isFleet
    ? fleetSet().clusters.map(({ metadata }) => metadata.name)
    : clustersOf(fleetSet(), source.id);
  const clusters = declared.filter((name) => memory.toAsk?.includes(name) ?? true);
  const unread = await askAnchors(deps, memory, clusters, signal);
  const silent = isFleet ? [] : unread.filter(({ reason }) => reason === undefined);
  memory.waits = silent.length > 0;
  // What nobody answers the fleet for is heard of when it comes: its question stands.
  const answered = unread.filter(({ reason }) => reason !== undefined);
  if (!memory.waits) memory.toAsk = answered.map(({ cluster }) => cluster);
  return silent;
};
