import { SourceCondition } from "@evenkeel/contracts";
import type { SourceStatus } from "@evenkeel/contracts";

import { reasonOfLetter } from "./open-letters.ts";
import type { SourceRecord } from "./source-record.ts";

/** What ails a source; a commit that could not be planned counts where it has no error of its own. */
const conditionOf = ({ condition, letters, source }: SourceRecord): SourceCondition | undefined => {
  const [letter] = [...letters.values()].toSorted((a, b) => (b.lastAt?.getTime() ?? 0) - (a.lastAt?.getTime() ?? 0));
  if (letter === undefined || condition?.error !== undefined) return condition;
  const error = { error: reasonOfLetter(letter), errorSince: letter.firstAt };
  return { ...(condition ?? SourceCondition.fromPartial({ source })), ...error };
};

/** The status of one source. */
export const sourceStatus = (record: SourceRecord): SourceStatus => {
  const { observed, source } = record;
  return {
    source,
    revision: observed?.revision ?? "",
    seq: observed?.seq ?? 0n,
    gitRef: observed?.gitRef ?? "",
    url: observed?.url ?? "",
    acceptedAt: observed?.observedAt,
    condition: conditionOf(record),
  };
};
