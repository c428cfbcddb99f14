import { EntryKind, LedgerEntry } from "@evenkeel/contracts";
import { expect, test } from "vitest";

import { createOpenRuns } from "./open-runs.ts";

const { INTENT, OUTCOME, SEAL, TAKEOVER } = EntryKind;
type Stored = readonly [EntryKind, ...(readonly string[])];

/** Stores entries 1, 2, ... one after another; tells which of the runs are open, and the number of the settled place. */
const after = (...entries: readonly Stored[]) => {
  const runs = createOpenRuns();
  let head: { readonly n: bigint; readonly hash: string; readonly sequence: number } | undefined;
  for (const [kind, ...names] of entries) {
    const n = (head?.n ?? 0n) + 1n;
    runs.onStored(LedgerEntry.fromPartial({ n, kind, units: names.map((run) => ({ run })) }), head);
    head = { n, hash: `h${n}`, sequence: Number(n) };
  }
  const names = new Set(entries.flatMap(([, ...each]) => each));
  return { open: [...names].filter((run) => runs.has(run)), settled: Number(runs.settled(head)?.n ?? 0n) };
};

test.each<readonly [string, readonly Stored[], readonly string[], number]>([
  ["nothing at the begin of a term", [], [], 0],
  ["nothing after a takeover", [[TAKEOVER]], [], 1],
  ["a run from its intent on, and the place before that is settled", [[TAKEOVER], [INTENT, "a"]], ["a"], 1],
  ["a run whose intent is the first entry: no place is settled", [[INTENT, "a"]], ["a"], 0],
  ["no run after its outcome", [[TAKEOVER], [INTENT, "a"], [OUTCOME, "a"]], [], 3],
  ["every run of an entry that several share", [[TAKEOVER], [INTENT, "a", "b"], [OUTCOME, "a"]], ["b"], 1],
  [
    "the later of two, and what is settled moves up to it",
    [[TAKEOVER], [INTENT, "a"], [INTENT, "b"], [OUTCOME, "a"]],
    ["b"],
    2,
  ],
  [
    "the earlier of two, and what is settled stays before it",
    [[TAKEOVER], [INTENT, "a"], [INTENT, "b"], [OUTCOME, "b"]],
    ["a"],
    1,
  ],
  ["no run of an earlier term that this one closes", [[TAKEOVER], [OUTCOME, "old"]], [], 2],
  ["no run that a seal carries", [[TAKEOVER], [SEAL, "old"]], [], 2],
  ["a run over a seal", [[TAKEOVER], [INTENT, "a"], [SEAL, "a"]], ["a"], 1],
])("open is %s", (_title, entries, open, settled) => expect(after(...entries)).toEqual({ open, settled }));
