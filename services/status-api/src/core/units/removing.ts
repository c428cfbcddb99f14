import { ApplyResult } from "@evenkeel/contracts";
import type { Removing } from "@evenkeel/contracts";

import type { UnitRecord } from "../unit/unit-record.ts";

/** How a removed unit goes while its objects are still dealt with; undefined for one that stays, or is gone. */
export const removingOf = ({ declared, desired, lastDeclared, objects, run }: UnitRecord): Removing | undefined => {
  if (declared !== undefined || desired?.removed !== true || run?.result === ApplyResult.REMOVED) return undefined;
  const since = desired.renderedAt;
  const graceMs = lastDeclared?.deletesAfterMs;
  return {
    since,
    objects: objects.length,
    notBefore: since === undefined || graceMs === undefined ? undefined : new Date(since.getTime() + graceMs),
  };
};
