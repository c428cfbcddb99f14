import { EntryKind, LedgerEntry } from "@evenkeel/contracts";
import type { Seal } from "@evenkeel/contracts";
import { CHAIN_START, ChainBroken, entryHash, storedAs } from "@evenkeel/ledger";
import { describe, expect, test } from "vitest";

import { followChain } from "./chain-beginning.ts";
import type { GoneBefore } from "./chain-beginning.ts";

const chain = (length: number, seals: Readonly<Record<number, Partial<Seal>>> = {}): readonly LedgerEntry[] => {
  const entries: LedgerEntry[] = [];
  let prevHash = CHAIN_START;
  for (let n = 1; n <= length; n += 1) {
    const seal = seals[n];
    const place = seal === undefined ? undefined : entries[Number(seal.lastN ?? 1n) - 1];
    const lastHash = place === undefined ? "" : entryHash(place);
    const more = seal === undefined ? { kind: EntryKind.INTENT } : { kind: EntryKind.SEAL };
    const entry = LedgerEntry.fromPartial({
      n: BigInt(n),
      prevHash,
      ...more,
      ...(seal === undefined ? {} : { seal: { complete: true, lastHash, ...seal } }),
    });
    entries.push(entry);
    prevHash = entryHash(entry);
  }
  return entries;
};
const follow = (entries: readonly LedgerEntry[], purged?: GoneBefore): boolean => {
  const follower = followChain(purged);
  for (const entry of entries) follower.see(storedAs(entry, 1));
  return follower.origin !== undefined;
};
const hashOf = (entries: readonly LedgerEntry[], n: number): string => entryHash(entries[n - 1]!);

const origin = { chain: "o".repeat(64), file: "f" };

describe("what was before the first entry of a chain is accounted for", () => {
  test.each([
    ["where entry 1 is there", chain(5), true],
    ["not where the first entries are gone", chain(5).slice(2), false],
    ["where a seal names the entry before the first", chain(8, { 7: { lastN: 4n } }).slice(4), true],
    ["where a seal names one of those that are there", chain(8, { 7: { lastN: 4n } }).slice(2), true],
    ["not where more is gone than was sealed", chain(8, { 7: { lastN: 4n } }).slice(5), false],
    ["not by a part of a seal", chain(8, { 7: { lastN: 4n, complete: false } }).slice(4), false],
    ["by a later seal too", chain(9, { 6: { lastN: 2n }, 8: { lastN: 5n } }).slice(5), true],
  ])("%s", (_title, entries, wanted) => expect(follow(entries)).toBe(wanted));

  test("where this owner purged it itself", () => {
    const entries = chain(6);
    expect(follow(entries.slice(3), { n: 3n, hash: hashOf(entries, 3), ...origin })).toBe(true);
    expect(follow(entries.slice(4), { n: 3n, hash: hashOf(entries, 3), ...origin })).toBe(false);
  });
});

test("a chain keeps its name: its first entry's hash, which seals hand on, or else the place of the seal", () => {
  const nameOf = (entries: readonly LedgerEntry[]): string | undefined => {
    const follower = followChain(undefined);
    for (const entry of entries) follower.see(storedAs(entry, 1));
    return follower.origin?.chain;
  };
  const named = chain(8, { 7: { lastN: 4n, chain: "named" } });
  const unnamed = chain(8, { 7: { lastN: 4n } });
  expect(nameOf(named)).toBe(hashOf(named, 1));
  expect(nameOf(named.slice(4))).toBe("named");
  expect(nameOf(unnamed.slice(4))).toBe(hashOf(unnamed, 4));
});

describe("a chain is broken", () => {
  const entries = chain(6);
  test.each([
    ["where an entry is missing", entries.toSpliced(3, 1), undefined],
    ["where entry 1 continues something", [{ ...entries[0]!, prevHash: "a".repeat(64) }], undefined],
    ["where a seal names another entry", chain(8, { 7: { lastN: 4n, lastHash: "b".repeat(64) } }).slice(4), undefined],
    ["where another entry was purged", entries.slice(3), { n: 3n, hash: "c".repeat(64), ...origin }],
  ])("%s", (_title, given, purged) => expect(() => follow(given, purged)).toThrow(ChainBroken));
});
