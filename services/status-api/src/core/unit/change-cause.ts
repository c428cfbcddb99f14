import { FLEET_SOURCE } from "@evenkeel/contracts";
import type { ChangeCause } from "@evenkeel/contracts";

import type { SourceRecord } from "../source-record.ts";
import type { UnitRecord } from "./unit-record.ts";

/**
 * The commit that caused what is desired: all sources share one counter, so the newest number among what it was made from.
 * Undefined where no commit did, as with another set of render tools.
 */
export const changeCause = (
  { desired }: Pick<UnitRecord, "desired">,
  fleet: SourceRecord | undefined,
): ChangeCause | undefined => {
  if (desired === undefined) return undefined;
  const { author, fleetStatement, observedAt, revision, source, subject, version } = desired;
  const own = version?.sources.find((one) => one.source === source)?.seq ?? 0n;
  const [ofFleet, ofTools] = [version?.fleet ?? 0n, version?.tools ?? 0n];
  if (ofTools > own && ofTools > ofFleet) return undefined;
  if (ofFleet <= own) return { source, revision, author, subject, observedAt };
  const tip = fleetStatement?.tip ?? "";
  const words = fleet?.commits.get(tip);
  return {
    source: FLEET_SOURCE,
    revision: tip,
    author: words?.author ?? "",
    subject: words?.subject ?? "",
    observedAt: words?.observedAt,
  };
};
