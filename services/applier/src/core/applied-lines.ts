import { ApplyResult } from "@evenkeel/contracts";
import type { ApplyFinished } from "@evenkeel/contracts";

/** One line of the log about a run that changed something. */
export interface AppliedLine {
  readonly message: string;
  readonly fields: Readonly<Record<string, string | number>>;
}

/** What the log says of a run: a line for what was applied or removed, and one for what was pruned with it. A run that found
 *  nothing to do says nothing; refusals, holds and corrections have lines of their own. */
export const appliedLines = (fact: ApplyFinished): readonly AppliedLine[] => {
  const { app = "", cluster = "" } = fact.unit ?? {};
  const unit = { app, cluster, revision: fact.revision };
  const ms = (fact.endedAt?.getTime() ?? 0) - (fact.startedAt?.getTime() ?? 0);
  const pruned = fact.deleted === 0 ? [] : [{ message: "objects pruned", fields: { ...unit, deleted: fact.deleted } }];
  switch (fact.result) {
    case ApplyResult.APPLIED: {
      const { created, unchanged, updated } = fact;
      return [
        { message: "unit applied", fields: { ...unit, created, updated, unchanged, duration_ms: ms } },
        ...pruned,
      ];
    }
    case ApplyResult.REMOVED:
      return [
        { message: fact.deleted > 0 ? "unit removed" : "unit removed, its objects left in place", fields: unit },
        ...pruned,
      ];
    case ApplyResult.UNSPECIFIED:
    case ApplyResult.UNCHANGED:
    case ApplyResult.FAILED:
    case ApplyResult.HELD:
    case ApplyResult.SUPERSEDED:
    case ApplyResult.SEQ_BEHIND:
    case ApplyResult.CORRECTED:
      return pruned;
  }
};
