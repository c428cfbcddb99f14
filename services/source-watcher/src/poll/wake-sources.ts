import { toFullRef } from "@evenkeel/git";

import { unknownTips } from "../core/anchored.ts";
import type { Remembered } from "../accept/remembered.ts";
import type { WatchedSource, WatchedSources } from "./watch-sources.ts";

/** A raised floor is news for every source whose tip is numbered up to it. */
export const wakeBelow = (watched: WatchedSources, floor: bigint): void => {
  for (const { memory, bell } of watched.values())
    if (memory !== undefined && memory.publishedSeq <= floor) bell.ring("declared");
};

const isNews = ({ source, memory }: WatchedSource, remembered: Remembered): boolean =>
  memory !== undefined &&
  (memory.waits ||
    (memory.own !== undefined && unknownTips(memory.own, remembered.of(source.id, toFullRef(source.ref))).length > 0));

/** What a cluster was given is news for sources that wait for it, and for those that do not know of it. */
export const wakeAsked = (watched: WatchedSources, remembered: Remembered): void => {
  for (const each of watched.values()) if (isNews(each, remembered)) each.bell.ring("declared");
};
