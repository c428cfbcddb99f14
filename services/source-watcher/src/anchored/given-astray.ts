import { isFullId } from "@evenkeel/git";

import { givenBefore } from "../core/anchored.ts";
import type { Anchored } from "../core/anchored.ts";
import { kindOf } from "../core/source.ts";
import type { Offer, Watched } from "../accept/load-offer.ts";

/**
 * What clusters were given of the stored tip's lineage that it does not go on from: a cluster that could not be read when the
 * tip was taken knew better. Each tip is compared once.
 */
export const givenAstray = async (
  { source, memory }: Watched,
  { before, store }: Pick<Offer, "before" | "store">,
  anchored: readonly Anchored[],
  signal: AbortSignal,
): Promise<readonly Anchored[]> => {
  if (before === undefined || kindOf(source.ref) !== "branch") return [];
  const given = givenBefore(memory.own, anchored).filter(({ tip }) => isFullId(tip) && !memory.behindTip.has(tip));
  // Without the stored tip nothing can be compared, and nothing is followed either.
  if (given.length === 0 || !(await store.has(before.revision, signal))) return [];
  const astray: Anchored[] = [];
  for (const each of given) {
    const isBehind =
      each.tip === before.revision || (await store.isAncestor(each.tip, before.revision, signal)) === "yes";
    if (isBehind) memory.behindTip.add(each.tip);
    else astray.push(each);
  }
  return astray;
};
