import { sha256Hex } from "@evenkeel/resource";
import { PendingState, pendingStateToNumber } from "@evenkeel/contracts";
import type { CommitPlanned, PendingUnit, Unit } from "@evenkeel/contracts";

import type { UnitMemory } from "./unit-memory.ts";

/** The units of a source that are not yet at its newest commit, as CommitPlanned says them. */
export interface Pending {
  readonly units: readonly PendingUnit[];
  readonly count: number;
}

// 100 units of about 450 bytes: well below the 64 KiB of one message.
const MOST_UNITS = 100;
const LONGEST_TEXT = 200;

const cut = (text: string): string => (text.length <= LONGEST_TEXT ? text : `${text.slice(0, LONGEST_TEXT - 1)}…`);

/** Failed units come first, as somebody has to act on them. */
export const listPending = (units: readonly { readonly unit: Unit; readonly memory: UnitMemory }[]): Pending => {
  const failed: PendingUnit[] = [];
  const rendering: PendingUnit[] = [];
  for (const { unit, memory } of units) {
    const { progress } = memory;
    if (progress.state === "answered") continue;
    if (progress.state !== "failed") rendering.push({ unit, state: PendingState.RENDERING, reason: undefined });
    else {
      const { code = "RenderFailed", message = "", remedy = "" } = progress.failure.reason ?? {};
      failed.push({ unit, state: PendingState.FAILED, reason: { code, message: cut(message), remedy: cut(remedy) } });
    }
  }
  const all = [...failed, ...rendering];
  return { units: all.slice(0, MOST_UNITS), count: all.length };
};

const keyOf = (units: readonly PendingUnit[], count: number): string =>
  JSON.stringify([
    count,
    units.map(({ unit, state, reason }) => [unit?.cluster, unit?.app, pendingStateToNumber(state), reason]),
  ]);

/** True if a CommitPlanned says this list already. */
export const samePending = (told: Pick<CommitPlanned, "pending" | "pendingCount">, pending: Pending): boolean =>
  keyOf(told.pending, told.pendingCount) === keyOf(pending.units, pending.count);

/**
 * Makes the message id of a CommitPlanned. It counts the one before in: a list may come back to what it was inside the
 * stream's duplicate window, and has to be told again.
 */
export const causeOfPlan = (before: CommitPlanned | undefined, fact: CommitPlanned): string =>
  sha256Hex(
    JSON.stringify([
      before?.cause ?? "",
      String(fact.fleetSeq),
      fact.declarationsDigest,
      fact.touched,
      fact.total,
      keyOf(fact.pending, fact.pendingCount),
    ]),
  ).slice(0, 32);
