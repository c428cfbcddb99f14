import { expect, test } from "vitest";

import { carryBudget, entriesToSeal, sealRefused } from "./rotation.ts";

const share = { bytes: 60, maxBytes: 100, messages: 800, partitions: 8, entries: 100 };

test.each([
  ["nothing below 60 %", { ...share, bytes: 59 }, 0],
  ["the older half from 60 % on", share, 50],
  ["nothing of a chain that is small among others", { ...share, entries: 49 }, 0],
  ["a chain that holds all", { ...share, messages: 100 }, 50],
  ["never the newest entries", { ...share, messages: 12, entries: 12 }, 4],
  ["nothing of a chain of a few entries", { ...share, messages: 8, entries: 8 }, 0],
  ["nothing where there is no limit", { ...share, maxBytes: -1 }, 0],
])("seals %s", (_title, given, wanted) => expect(entriesToSeal(given)).toBe(wanted));

const kib = 1024;
test.each([
  ["frees much", 600, 10, 100, undefined],
  ["frees little more than it takes", 600, 81, 100, /^what is carried of 7 runs of units takes 81 KiB of the 100 KiB/],
  ["would fill the ledger", 950, 40, 100, /takes 40 KiB, and the ledger has no room for that seal$/],
  ["just fits", 950, 30, 100, undefined],
])("a step that %s", (_title, bytes, carried, freed, wanted) => {
  const level = { bytes: bytes * kib, maxBytes: 1_000 * kib };
  const refused = sealRefused(level, { units: 7, carried: carried * kib, freed: freed * kib });
  if (wanted === undefined) expect(refused).toBeUndefined();
  else expect(refused).toMatch(wanted);
});

test("all chains together carry a tenth of the ledger before less is carried of each unit", () => {
  expect(carryBudget({ maxBytes: 1_000, partitions: 4 }) * 4).toBe(100);
});
