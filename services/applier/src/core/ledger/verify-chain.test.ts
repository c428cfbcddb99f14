import { EntryKind, LedgerEntry, Seal } from "@evenkeel/contracts";
import { CHAIN_START, ChainBroken, entryHash, storedAs } from "@evenkeel/ledger";
import { describe, expect, test } from "vitest";

import { carriedFrom } from "./seal-of.ts";
import { bornIn, readChain } from "./verify-chain.ts";

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
    return storedAs(fact, (index + 1) * 10);
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
  return { n: entry.fact.n, hash: entryHash(entry.fact), sequence: entry.sequence, epoch: 5n };
};

describe("reading a ledger chain", () => {
  test("tells the open intents and the last version of each unit of the cluster", () => {
    const reading = readChain(whole, undefined, "local");
    expect([...reading.open.keys()]).toEqual(["r2", "r3"]);
    expect([...reading.floors].map(([uid, { digest }]) => [uid, digest])).toEqual([
      ["uid-a", "d2"],
      ["uid-b", "d1"],
    ]);
    const { epoch: _term, ...last } = headOf(3);
    expect(reading.head).toEqual(last);
  });

  test("begins at the anchored entry", () => {
    expect([...readChain(whole.slice(2), headOf(2), "local").open.keys()]).toEqual(["r3"]);
  });

  const changed = (index: number, change: Partial<LedgerEntry>) =>
    whole.map((entry, i) => (i === index ? storedAs({ ...entry.fact, ...change }, entry.sequence) : entry));
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

describe("reading a chain that was sealed", () => {
  const [s1, s2] = [writes("a", "r1", 1n), writes("b", "r2", 1n)];
  /** Entry 3 is sealed by entry 5; entries 1 to 3 are gone. */
  const sealed = (more: Partial<Seal> = {}, gone = 3) => {
    const before = chain([TAKEOVER], [INTENT, s1, s2], [OUTCOME, s1], [OUTCOME, s2]);
    const place = before[2]!.fact;
    const { epochs } = carriedFrom(before.slice(0, 3).map(({ fact }) => fact));
    const carried = carriedFrom(before.slice(0, 3).map(({ fact }) => fact)).units;
    const seal = Seal.fromPartial({
      lastN: 3n,
      lastHash: entryHash(place),
      epochs: [...epochs],
      complete: true,
      ...more,
    });
    const link = { prevHash: entryHash(before[3]!.fact), n: 5n, kind: EntryKind.SEAL, epoch: 5n };
    const sealing = LedgerEntry.fromPartial({ ...link, units: [...carried], seal });
    return [...before, storedAs(sealing, 50)].slice(gone);
  };
  const anchoredAt = (index: number, epoch = 5n) => {
    const { fact, sequence } = sealed({}, 0)[index]!;
    return { n: fact.n, hash: entryHash(fact), sequence, epoch };
  };

  test("begins after the place, and knows what was before", () => {
    const reading = readChain(sealed(), undefined, "local");
    expect([reading.begins?.lastN, reading.head?.n]).toEqual([3n, 5n]);
    expect([...reading.floors.keys()].toSorted()).toEqual(["uid-a", "uid-b"]);
    expect([...reading.open]).toEqual([]);
  });

  test("closes what was open at the place and not since", () => {
    const late = sealed().filter(({ fact }) => fact.kind === EntryKind.SEAL);
    const [only] = late;
    const fact = { ...only!.fact, n: 4n, prevHash: only!.fact.seal!.lastHash };
    expect([...readChain([storedAs(fact, only!.sequence)], undefined, "local").open.keys()]).toEqual(["r2"]);
  });

  test.each([
    ["before the place", 1],
    ["at the place", 2],
    ["after it", 3],
  ])("goes on from a head that a cluster was given %s", (_title, index) => {
    const from = anchoredAt(index);
    const reading = readChain(
      sealed().filter(({ sequence }) => sequence >= from.sequence),
      from,
      "local",
    );
    expect(reading.head?.n).toBe(5n);
    expect(reading.unproven).toBe(false);
  });

  test("holds with entries before the place that are still there", () => {
    expect(readChain(sealed({}, 2), undefined, "local").begins?.lastN).toBe(3n);
  });

  test.each([
    ["no seal says what was before", sealed({ complete: false }), undefined, "ledger entry 4"],
    ["the seal is about an earlier place", sealed({ lastN: 2n }), undefined, "ledger entry 4"],
    ["what follows the place does not continue it", sealed({ lastHash: "x" }), undefined, "sealed entry 3"],
    ["the anchored entry is of a term that the chain never had", sealed(), anchoredAt(1, 6n), "ledger entry 2"],
    ["the anchored entry is of a chain that was lost", sealed(), anchoredAt(1, 4n), "ledger entry 2"],
    ["the anchored entry is not what was sealed", sealed(), { ...anchoredAt(2), hash: "x" }, "ledger entry 3"],
    ["what is there begins before the anchored entry", sealed(), anchoredAt(4), "not the anchored entry 5"],
  ])("fails if %s", (_title, entries, anchored, words) => {
    const read = () => readChain(entries, anchored, "local");
    expect(read).toThrow(ChainBroken);
    expect(read).toThrow(words);
  });

  test.each([
    ["as its first entry says", whole, 5n],
    ["as its seal says, where the first entry is gone", sealed(), 5n],
    ["not where the seal has forgotten the first term", sealed({ epochs: [{ epoch: 9n, n: 4n }] }), undefined],
    ["not where no seal is whole", sealed({ complete: false }), undefined],
    ["not where nothing is there", [], undefined],
  ])("knows the term that the chain was begun in %s", (_title, entries, epoch) => {
    expect(bornIn(entries)).toBe(epoch);
  });
});
