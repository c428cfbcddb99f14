import { declarationSet } from "@evenkeel/artifacts";
import { declarationSetDigest } from "@evenkeel/declarations";
import { FLEET_SOURCE } from "@evenkeel/contracts";
import type { Tip } from "@evenkeel/contracts";

import type { Deps } from "../deps.ts";
import type { Offer, Watched } from "./load-offer.ts";
import { publishCommit } from "./publish-commit.ts";
import { storeSet } from "../fleet/read-fleet.ts";
import { isStored, needsOf, storedNeeds, storeObjects } from "../store/store-objects.ts";
import type { StoreFor } from "../store/store-objects.ts";

/**
 * Puts back what a killed bus server lost of the tip that stays in force: a server loses its last writes, and the root
 * tree is the last object of a revision, so that one read tells of all. Resolves to false if the fleet's declaration set
 * is gone and can only come back under another digest: then the tip has to be numbered again.
 */
export const confirmAccepted = async (
  deps: Deps,
  watched: Watched,
  { before, store }: Offer,
  signal: AbortSignal,
): Promise<boolean> => {
  if (before === undefined) return true;
  const { memory } = watched;
  const wanted = { source: watched.source.id, set: watched.fleetSet(), memory };
  if (await isKept(deps, before.tree, wanted, signal)) memory.storedTree ??= before.tree;
  else if (await store.has(before.tree, signal)) {
    await storeObjects(deps, store, { tree: before.tree, storedTree: undefined }, wanted, signal);
    memory.storedTree = before.tree;
  }
  if (watched.source.id === FLEET_SOURCE && !(await confirmSet(deps, watched, before, signal))) return false;
  await publishCommit(deps, before, 0, signal);
  memory.publishedSeq = before.seq;
  return true;
};

/** Whether all is there that the applications of now need: of a large repository not all that others would. */
const isKept = async (deps: Deps, tree: string, wanted: StoreFor, signal: AbortSignal): Promise<boolean> => {
  const { memory } = wanted;
  if (!(await isStored(deps, tree, signal))) return false;
  if (memory.storedFor?.tree !== tree) memory.storedFor = { tree, needs: await storedNeeds(deps, tree, signal) };
  return memory.storedFor.needs === undefined || memory.storedFor.needs === needsOf(wanted);
};

const confirmSet = async (deps: Deps, { fleetSet }: Watched, tip: Tip, signal: AbortSignal): Promise<boolean> => {
  if (await deps.artifacts.has(declarationSet(tip.declarationsDigest), signal)) return true;
  const set = fleetSet();
  if (declarationSetDigest(set) !== tip.declarationsDigest) return false;
  await storeSet(deps, set, signal);
  return true;
};
