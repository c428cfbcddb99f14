import type { Delivery } from "@evenkeel/bus";
import { ApplyResult, seqOf } from "@evenkeel/contracts";
import type { ApplyFinished } from "@evenkeel/contracts";

import type { Deps } from "./deps.ts";
import type { Raised } from "./raised.ts";
import type { WatchedSources } from "./watch-sources.ts";

/** A larger raise is no lost memory but a fault: it is left to a person. */
export const largestRaise = 1_000_000n;

const isApplyFinished = (delivery: Delivery<unknown>): delivery is Delivery<ApplyFinished> =>
  delivery.type === "evenkeel.apply.v1.ApplyFinished";

/**
 * Watches for SeqBehind: a cluster was given a higher version than the bus knows, so the bus has lost its memory. Every
 * source looked at here is numbered again above it, at its next look, which is now; others when they begin.
 */
export const onApplyFinished = async (
  deps: Deps,
  watched: WatchedSources,
  raised: Raised,
  signal: AbortSignal,
): Promise<void> => {
  const { bus, telemetry } = deps;
  const onEntry = (delivery: Delivery<unknown>): void => {
    if (!isApplyFinished(delivery)) return;
    const { anchored, anchoredLineage, result, unit, version } = delivery.fact;
    if (result !== ApplyResult.SEQ_BEHIND || anchored === undefined) return;
    const known = seqOf(anchored);
    if (version !== undefined && known - seqOf(version) > largestRaise) {
      telemetry.log.error("a cluster knows a seq that is too far ahead", {
        cluster: unit?.cluster,
        seq: String(known),
      });
      return;
    }
    if (anchoredLineage !== undefined) raised.anchored.set(anchoredLineage.source, anchoredLineage);
    if (known > raised.above) raised.above = known;
    for (const [id, { memory, waker }] of watched) {
      if (memory === undefined) continue;
      if (anchoredLineage?.source === id) memory.anchored = anchoredLineage;
      if (known <= memory.renumberAbove || known < memory.publishedSeq) continue;
      memory.renumberAbove = known;
      waker.wake("declared");
    }
  };
  await bus.view("APPLIED", "applied.>", { onEntry }, signal);
};
