import { EntryKind, LedgerEntry } from "@evenkeel/contracts";
import { describe, expect, test } from "vitest";

import { CHAIN_START, ChainBroken, entryHash, readChain } from "./verify-chain.ts";

const writes = (app: string, run: string, seq: bigint, cluster = "local") => ({
  unit: { cluster, app, appUid: `uid-${app}` },
  version: { fleet: 1n, selection: 1n, sources: [{ source: "s", seq }], tools: 1n },
  desiredDigest: `d${seq}`,
  run,
});

const chain = (...steps: readonly (readonly [EntryKind, ...ReturnType<typeof writes>[]])[]) => {
  let prevHash = CHAIN_START;
  return steps.map(([kind, ...units], index) => {
    const fact = LedgerEntry.fromPartial({ n: BigInt(index + 1), prevHash, kind, epoch: 5n, units });
    prevHash = entryHash(fact);
    return { fact, sequence: (index + 1) * 10 };
  });
};

const { TAKEOVER, INTENT, OUTCOME } = EntryKind;
const whole = chain(
  [TAKEOVER],
  [INTENT, writes("a", "r1", 1n), writes("b", "r2", 1n)],
  [OUTCOME, writes("a", "r1", 1n)],
  [INTENT, writes("a", "r3", 2n), writes("c", "r4", 9n, "other")],
);
const headOf = (index: number) => {
  const entry = whole[index]!;
  return { n: entry.fact.n, hash: entryHash(entry.fact), sequence: entry.sequence };
};

describe("reading a ledger chain", () => {
  test("tells the open intents and the last version of each unit of the cluster", () => {
    const reading = readChain(whole, undefined, "local");
    expect([...reading.open.keys()]).toEqual(["r2", "r3"]);
    expect([...reading.floors].map(([uid, { digest }]) => [uid, digest])).toEqual([
      ["uid-a", "d2"],
      ["uid-b", "d1"],
    ]);
    expect(reading.head).toEqual(headOf(3));
  });

  test("begins at the anchored entry", () => {
    expect([...readChain(whole.slice(2), headOf(2), "local").open.keys()]).toEqual(["r3"]);
  });

  const changed = (index: number, change: Partial<LedgerEntry>) =>
    whole.map((entry, i) => (i === index ? { ...entry, fact: { ...entry.fact, ...change } } : entry));
  test.each([
    ["one byte of an entry was changed", changed(1, { instance: "x" }), undefined, "ledger entry 3"],
    ["an entry is missing", [...whole.slice(0, 1), ...whole.slice(2)], undefined, "ledger entry 3"],
    ["the first entry is not the anchored one", changed(2, { instance: "x" }).slice(2), headOf(2), "ledger entry 3"],
    ["the anchored entry is gone", [], headOf(2), "ledger entry 3"],
    ["it does not begin at 1", whole.slice(1), undefined, "ledger entry 2"],
  ])("fails if %s, naming the first bad entry", (_title, entries, anchored, words) => {
    const read = () => readChain(entries, anchored, "local");
    expect(read).toThrow(ChainBroken);
    expect(read).toThrow(words);
  });
});
