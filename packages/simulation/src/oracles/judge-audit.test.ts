import { EntryKind, LedgerEntry } from "@evenkeel/contracts";
import { describe, expect, test } from "vitest";

import { createAuditJudge } from "./judge-audit.ts";
import type { SeenWrite } from "./seen-write.ts";

const entry = (n: number, kind: EntryKind, names: readonly string[], epoch = 5): LedgerEntry =>
  LedgerEntry.fromPartial({
    partition: 3,
    n: BigInt(n),
    kind,
    epoch: BigInt(epoch),
    units: [
      { unit: { cluster: "c0", app: "shop" }, writes: names.map((name) => ({ ref: { kind: "ConfigMap", name } })) },
    ],
  });
const write = (name: string, given: Partial<SeenWrite> = {}): SeenWrite => ({
  cluster: "c0",
  by: "applier-0.0",
  type: "MODIFIED",
  name,
  uid: "u",
  after: { stamp: 1, appUid: "a", seq: 1, epoch: 5 },
  before: undefined,
  lost: [],
  ...given,
});

const judged = (...seen: readonly (LedgerEntry | SeenWrite)[]): readonly string[] => {
  const told: string[] = [];
  const judge = createAuditJudge((_invariant, what) => told.push(what));
  for (const each of seen)
    if ("partition" in each) judge.onEntry(each);
    else judge.onWrite(each);
  return told;
};

describe("the ledger", () => {
  test("names each write before it takes effect", () => {
    expect(
      judged(entry(1, EntryKind.INTENT, ["a", "b"]), write("a"), write("b", { type: "DELETED", after: undefined })),
    ).toEqual([]);
  });

  test.each<[string, readonly (LedgerEntry | SeenWrite)[]]>([
    ["a write that nothing names", [write("a")]],
    ["one that is named afterwards", [write("a"), entry(1, EntryKind.INTENT, ["a"])]],
    ["one that an outcome alone names", [entry(1, EntryKind.OUTCOME, ["a"]), write("a")]],
    ["one of another object", [entry(1, EntryKind.INTENT, ["a"]), write("b")]],
    ["one of another cluster", [entry(1, EntryKind.INTENT, ["a"]), write("a", { cluster: "c1" })]],
    ["one that was named in another term", [entry(1, EntryKind.INTENT, ["a"], 4), write("a")]],
    ["a number left out", [entry(1, EntryKind.INTENT, []), entry(3, EntryKind.INTENT, [])]],
    ["a number that comes twice", [entry(1, EntryKind.INTENT, []), entry(1, EntryKind.INTENT, [])]],
  ])("has told %s", (_, seen) => {
    expect(judged(...seen)).toHaveLength(1);
  });

  test("says nothing of what people write", () => {
    expect(judged(write("a", { by: undefined }))).toEqual([]);
  });
});
