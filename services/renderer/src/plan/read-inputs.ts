import { buckets, FLEET_SOURCE } from "@evenkeel/contracts";
import type { Tip } from "@evenkeel/contracts";
import { readSeq } from "@evenkeel/bus";
import type { Bus } from "@evenkeel/bus";

import type { Inputs, SourceTip } from "../core/plan/renders-to-request.ts";

/** The newest accepted inputs, and the fleet revision they are planned under. */
export interface NewestInputs extends Inputs {
  readonly fleetRevision: string;
  readonly toolsDigest: string;
}

const toTip = (tip: Tip | undefined): SourceTip | undefined =>
  tip === undefined
    ? undefined
    : {
        seq: tip.seq,
        revision: tip.revision,
        tree: tip.tree,
        url: tip.url,
        // As the signed statement says it: requests and desired states carry only that.
        gitRef: tip.lineage?.gitRef ?? "",
        lineage: tip.lineage,
        acceptedAt: tip.acceptedAt,
        subject: tip.subject,
        author: tip.author,
      };

/**
 * Reads the inputs of a plan through the leader, the fleet before the source: whoever reads later has both at least as
 * new. undefined: no fleet revision was accepted yet, so there is nothing to plan.
 */
export const readInputs = async (bus: Bus, source: string, signal: AbortSignal): Promise<NewestInputs | undefined> => {
  const tips = bus.state(buckets.tip);
  const [fleet, tools, counter] = await Promise.all([
    tips.get({ source: FLEET_SOURCE }, signal),
    bus.state(buckets.toolSet).get({}, signal),
    readSeq(bus, signal),
  ]);
  if (fleet?.value === undefined) return undefined;
  const tip = source === FLEET_SOURCE ? fleet : await tips.get({ source }, signal);
  return {
    fleetSeq: fleet.value.seq,
    fleetRevision: fleet.value.revision,
    declarationsDigest: fleet.value.declarationsDigest,
    fleetStatement: fleet.value.lineage,
    toolsSeq: tools?.value?.seq ?? 0n,
    toolsDigest: tools?.value?.digest ?? "",
    floor: counter.floor,
    tip: toTip(tip?.value),
  };
};
