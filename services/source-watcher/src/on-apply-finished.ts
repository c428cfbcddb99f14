import { raiseSeq } from "@evenkeel/bus";
import type { Delivery } from "@evenkeel/bus";
import { ApplyResult, compareVersions, flows, seqOf } from "@evenkeel/contracts";
import type { ApplyFinished } from "@evenkeel/contracts";

import type { Deps } from "./deps.ts";
import { LARGEST_RAISE } from "./on-anchors-read.ts";

/**
 * Watches for SeqBehind: a cluster was given a higher version than the bus knows, so the bus has lost its memory. Every
 * source is numbered again above it, and proves that it goes on from what the cluster was given.
 */
export const onApplyFinished = async (deps: Deps, signal: AbortSignal): Promise<void> => {
  const { bus, remembered, telemetry } = deps;
  const onEntry = ({ fact }: Delivery<ApplyFinished>): void => {
    const { anchored, anchoredLineage, result, unit, version } = fact;
    if (result !== ApplyResult.SEQ_BEHIND || anchored === undefined) return;
    const known = seqOf(anchored);
    if (version !== undefined && known - seqOf(version) > LARGEST_RAISE) {
      telemetry.log.error("a cluster knows a seq that is too far ahead", {
        cluster: unit?.cluster,
        seq: String(known),
      });
      return;
    }
    if (anchoredLineage !== undefined) remembered.note(anchoredLineage);
    if (version === undefined || compareVersions(version, anchored) === "newer") return;
    raiseSeq(bus, known, signal).catch((error: unknown) => {
      if (!signal.aborted) telemetry.log.error("numbers were not raised", { seq: String(known), error });
    });
  };
  await bus.view([flows.applyFinished], {}, { onEntry }, signal);
};
