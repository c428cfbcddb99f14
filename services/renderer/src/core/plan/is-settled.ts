import { ApplyResult, formatVersion } from "@evenkeel/contracts";
import type { ApplyFinished, DesiredStateChanged } from "@evenkeel/contracts";

/** As long as the removal of a unit is still told: longer than an applier is away, or a fleet revision is reverted. */
const TOLD_MS = 7 * 24 * 3_600_000;

/**
 * Whether the tombstone of a unit has nothing left to tell: the applier has removed this very version, so that the anchor
 * keeps anything older out, and that is long enough ago. A cluster that was never reached keeps its tombstone.
 */
export const isSettled = (
  { fact, publishedAt }: { readonly fact: DesiredStateChanged; readonly publishedAt: Date },
  applied: ApplyFinished | undefined,
  now: Date,
): boolean =>
  fact.removed &&
  now.getTime() - publishedAt.getTime() >= TOLD_MS &&
  applied?.result === ApplyResult.REMOVED &&
  fact.version !== undefined &&
  applied.version !== undefined &&
  formatVersion(applied.version) === formatVersion(fact.version) &&
  applied.unit?.appUid === fact.unit?.appUid;
