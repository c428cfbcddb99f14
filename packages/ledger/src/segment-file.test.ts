import { EntryKind, LedgerEntry } from "@evenkeel/contracts";
import { describe, expect, test } from "vitest";

import { encodeSegment, segmentName, verifySegment } from "./segment-file.ts";
import { CHAIN_START, ChainBroken, entryHash } from "./chain-link.ts";

const segment = (from: bigint, count: number) => {
  let prevHash = from === 1n ? CHAIN_START : "e".repeat(64);
  return Array.from({ length: count }, (_, index) => {
    const n = from + BigInt(index);
    const at = new Date(1_700_000_000_123 + index);
    const units = [{ unit: { cluster: "c", app: "a\n\u2028", appUid: "u" }, run: `r${n}` }];
    const fact = LedgerEntry.fromPartial({ partition: 3, n, prevHash, kind: EntryKind.INTENT, epoch: 5n, at, units });
    prevHash = entryHash(fact);
    return { fact, sequence: Number(n) * 7 };
  });
};
const text = encodeSegment("inst", segment(4n, 3));

describe("a segment of the ledger in a file", () => {
  test("says what it is, and holds an entry a line that people can read", () => {
    const [head, ...lines] = text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(head).toMatchObject({
      chain: "hub.3",
      first: "4",
      last: "6",
      installation: "inst",
      continues: "e".repeat(64),
    });
    expect(lines.map(({ n, sequence }) => [n, sequence])).toEqual([
      ["4", 28],
      ["5", 35],
      ["6", 42],
    ]);
    expect(lines[0]).toMatchObject({ entry: { units: [{ unit: { app: "a\n\u2028" } }] } });
  });

  test("verifies, and says where it begins and ends", () => {
    const last = segment(4n, 3).at(-1)!.fact;
    expect(verifySegment(text)).toMatchObject({
      first: 4n,
      last: 6n,
      continues: "e".repeat(64),
      lastHash: entryHash(last),
    });
  });

  test("has a name that sorts as its entries do", () => {
    const name = (first: bigint, last: bigint): string =>
      segmentName("inst", "c".repeat(64), 3, { first, last, digest: "d".repeat(64) });
    expect([name(90n, 100n), name(101n, 1_000n)].toSorted()).toEqual([
      `inst/hub.3/${"c".repeat(16)}/000000000090-000000000100-${"d".repeat(16)}.jsonl`,
      `inst/hub.3/${"c".repeat(16)}/000000000101-000000001000-${"d".repeat(16)}.jsonl`,
    ]);
  });

  test.each([
    ["of another installation", segmentName("other", "c", 3, { first: 1n, last: 9n, digest: "d" })],
    ["of another chain", segmentName("inst", "e", 3, { first: 1n, last: 9n, digest: "d" })],
    ["of another partition", segmentName("inst", "c", 4, { first: 1n, last: 9n, digest: "d" })],
    ["of other entries under the same numbers", segmentName("inst", "c", 3, { first: 1n, last: 9n, digest: "f" })],
    ["of an installation with a path for a name", segmentName("../inst", "c", 3, { first: 1n, last: 9n, digest: "d" })],
  ])("has another name than one %s", (_title, other) => {
    expect(other).not.toBe(segmentName("inst", "c", 3, { first: 1n, last: 9n, digest: "d" }));
    expect(other).not.toContain("..");
  });

  const lines = text.split("\n");
  test.each([
    ["it is cut within a line", text.slice(0, -10), "cut off"],
    ["it is cut after a line", `${lines.slice(0, -2).join("\n")}\n`, "ends at entry 5"],
    ["a line is missing", lines.toSpliced(2, 1).join("\n"), "line 3"],
    ["a body was changed", text.replace(/"body":"./, '"body":"D'), "line 2"],
    ["its readable part was changed", text.replace('"run":"r5"', '"run":"r6"'), "line 3: what it tells of entry 5"],
    ["its readable part is gone", text.replace(/"entry":[^\n]*?,"hash"/, '"hash"'), "line 2: what it tells"],
    [
      "a number was changed",
      text.replace('"n":"5","sequence"', '"n":"6","sequence"'),
      "line 3: what it tells of entry 5",
    ],
    ["a sequence was changed", text.replace('"sequence":35', '"sequence":28'), "line 3: its sequence"],
    ["a sequence is no number", text.replace('"sequence":35', '"sequence":"35"'), "line 3: its sequence"],
    ["it says to be of another chain", text.replace('"chain":"hub.3"', '"chain":"hub.2"'), "line 2: entry 4 is of"],
    ["a hash was changed", text.replace(/"hash":"./, '"hash":"z'), "line 2"],
    ["it is of something else", text.replace("evenkeel-ledger-1", "x"), "line 1"],
    ["it is no JSON", "x\ny\n", "line 1"],
    ["it is empty", "", "cut off"],
    ["entry 1 continues something", encodeSegment("i", segment(1n, 1)).replace(CHAIN_START, "a".repeat(64)), "line 1"],
  ])("does not verify if %s", (_title, damaged, words) => {
    expect(() => verifySegment(damaged)).toThrow(ChainBroken);
    expect(() => verifySegment(damaged)).toThrow(words);
  });
});
