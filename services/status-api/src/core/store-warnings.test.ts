import { expect, test } from "vitest";

import { storeWarnings } from "./store-warnings.ts";

const mib = 1024 * 1024;
const level = (store: string, share: number) => ({ store, bytes: share * 100 * mib, maxBytes: 100 * mib });

test.each([
  ["is quiet below 70 %", [level("LEDGER", 0.69)], []],
  [
    "warns of the ledger from 70 % on, with what ends and what makes room",
    [level("LEDGER", 0.7)],
    [/LEDGER .* 70 % full \(70\.0 of 100\.0 MiB\); when it is full, nothing is applied/],
  ],
  [
    "warns of blobs and of every other store",
    [level("blobs", 0.9), level("tips", 0.8)],
    [/sources are refused/, /tips .* what is new is refused/],
  ],
  [
    "is quiet about history, which gives way by itself",
    ["PLANS", "DRIFT", "APPLIED", "HEALTH"].map((name) => level(name, 1)),
    [],
  ],
  ["is quiet about a store without a limit", [{ store: "LEDGER", bytes: 5, maxBytes: -1 }], []],
])("%s", (_title, levels, wanted) => {
  const found = storeWarnings(levels);
  expect(found).toHaveLength(wanted.length);
  for (const [n, pattern] of wanted.entries()) expect(found[n]?.message).toMatch(pattern);
});
