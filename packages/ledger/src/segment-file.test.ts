import { EntryKind, LedgerEntry } from "@evenkeel/contracts";
import { describe, expect, test } from "vitest";

import { encodeSegment, segmentName, verifySegment } from "./segment-file.ts";
import { CHAIN_START, ChainBroken, entryHash, storedAs } from "./chain-link.ts";

const segment = (from: bigint, count: number) => {
  let prevHash = from === 1n ? CHAIN_START : "e".repeat(64);
  return Array.from({ length: count }, (_, index) => {
    const n = from + BigInt(index);
    const at = new Date(1_700_000_000_123 + index);
    const units = [{ unit: { cluster: "c", app: "a\n\u2028", appUid: "u" }, run: `r${n}` }];
    const fact = LedgerEntry.fromPartial({ partition: 3, n, prevHash, kind: EntryKind.INTENT, epoch: 5n, at, units });
    prevHash = entryHash(fact);
    return storedAs(fact, Number(n) * 7);
  });
};
const text = encodeSegment("inst", segment(4n, 3));
const verify = (of: string) => verifySegment(Buffer.from(of));

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
    expect(verify(text)).toMatchObject({
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
    ["it has a head only", `${lines[0]}\n`, "cut off"],
    ["its lines end as on another system", text.replaceAll("\n", "\r\n"), "line 1"],
    [
      "an entry's line ends so",
      text.replace("}\n", "}\0").replace("}\n", "}\r\n").replace("\0", "\n"),
      "line 2: what it tells",
    ],
    ["it begins with a mark of its order", `\ufeff${text}`, "line 1"],
    [
      "an entry is told twice, the first forged",
      text.replace('"entry":{', '"entry":{"kind":"FORGED"},"entry":{'),
      "line 2",
    ],
    ["a line says more", text.replace('"entry":{', '"by":"mallory","entry":{'), "line 2: what it tells"],
    ["a line says more at its end", text.replace(/("sequence":28)/, '$1,"z":1'), "line 2: its sequence"],
    ["a line has a prototype", text.replace('"entry":{', '"__proto__":{"n":"7"},"entry":{'), "line 2: what it tells"],
    [
      "an entry has a prototype",
      text.replace('"entry":{', '"entry":{"__proto__":{"kind":"F"},'),
      "line 2: what it tells",
    ],
    ["the head has a prototype", text.replace("{", '{"__proto__":{"by":"mallory"},'), "line 1: it says more"],
    ["the head says more", text.replace("{", '{"by":"mallory",'), "line 1: it says more"],
    ["the head says a thing twice", text.replace("{", '{"chain":"hub.7",'), "line 1: it says more"],
    ["there is white space", text.replace('"hash":', ' "hash":'), "line 2: what it tells"],
    ["a letter is written by its number", text.replace('"entry":{', '"\\u0065ntry":{'), "line 2: what it tells"],
    ["a number is written as a fraction", text.replace('"sequence":28', '"sequence":28.0'), "line 2: its sequence"],
    ["its base64 holds what is skipped", text.replace(/"body":"(.{8})/, '"body":"$1!!'), "line 2: what it tells"],
    ["a line is nested without end", `${lines[0]}\n${"[".repeat(1_000_000)}\n`, "line 2: no entry"],
    ["its head is nested without end", `${"[".repeat(1_000_000)}\n\n`, "line 1: not a segment"],
    ["it is of newlines", "\n".repeat(1_000_000), "line 1"],
    ["it goes on with newlines", text + "\n".repeat(1_000_000), "line 5: no entry"],
    ["entry 1 continues something", encodeSegment("i", segment(1n, 1)).replace(CHAIN_START, "a".repeat(64)), "line 1"],
  ])("does not verify if %s", (_title, damaged, words) => {
    expect(() => verify(damaged)).toThrow(ChainBroken);
    expect(() => verify(damaged)).toThrow(words);
  });

  test("does not verify if a byte that is no text stands for what a reader shows in its place", () => {
    const [fact, ...rest] = segment(4n, 1).map((each) => each.fact);
    expect(rest).toEqual([]);
    const units = [{ unit: { cluster: "c", app: "caf\ufffd", appUid: "u" }, run: "r" }];
    const odd = encodeSegment("inst", [storedAs(LedgerEntry.fromPartial({ ...fact, units }), 1)]);
    expect(verify(odd)).toMatchObject({ last: 4n });
    const bytes = Buffer.from(odd);
    const at = bytes.indexOf(Buffer.from("\ufffd"));
    const altered = Buffer.concat([bytes.subarray(0, at), Buffer.from([0xff]), bytes.subarray(at + 3)]);
    expect(altered.toString()).toBe(odd);
    expect(() => verifySegment(altered)).toThrow("it is not UTF-8");
  });
});
