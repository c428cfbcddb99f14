import { sha256Hex } from "@evenkeel/resource";
import { PendingState } from "@evenkeel/contracts";
import type { PendingUnit, Unit } from "@evenkeel/contracts";

import { progressOf } from "./unit-memory.ts";
import type { UnitMemory } from "./unit-memory.ts";

/** The units of a source that are not yet at its newest commit, as CommitPlanned says them. */
export interface Pending {
  readonly units: readonly PendingUnit[];
  readonly count: number;
  /** Hash of the list: equal while nothing has to be told. */
  readonly cause: string;
}

// 100 units of about 450 bytes: well below the 64 KiB of one message.
const MOST_UNITS = 100;
const LONGEST_TEXT = 200;

const cut = (text: string): string => (text.length <= LONGEST_TEXT ? text : `${text.slice(0, LONGEST_TEXT - 1)}…`);

/** Failed units come first, as somebody has to act on them. */
export const listPending = (
  units: readonly { readonly unit: Unit; readonly memory: UnitMemory }[],
  planned: string,
): Pending => {
  const failed: PendingUnit[] = [];
  const rendering: PendingUnit[] = [];
  for (const { unit, memory } of units) {
    const progress = progressOf(memory);
    if (progress.state === "answered") continue;
    if (progress.state !== "failed") rendering.push({ unit, state: PendingState.RENDERING, reason: undefined });
    else {
      const { code = "RenderFailed", message = "", remedy = "" } = progress.failure.reason ?? {};
      failed.push({ unit, state: PendingState.FAILED, reason: { code, message: cut(message), remedy: cut(remedy) } });
    }
  }
  const all = [...failed, ...rendering];
  const text = all.map(({ unit, state, reason }) => [unit?.cluster, unit?.app, state, reason?.code, reason?.message]);
  const cause = sha256Hex(JSON.stringify([planned, text])).slice(0, 32);
  return { units: all.slice(0, MOST_UNITS), count: all.length, cause };
};
