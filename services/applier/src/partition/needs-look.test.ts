import type { Inventory, InventoryItem } from "@evenkeel/contracts";
import { expect, test } from "vitest";

import { needsLook } from "./needs-look.ts";

const version = { fleet: 1n, selection: 1n, sources: [], tools: 1n };
const desired = { removed: false, version };
const item = (given: Partial<InventoryItem> = {}) => ({ pending: false, absentSince: undefined, ...given });
const inventory = (given: object = {}) =>
  ({ complete: true, version, items: [item()], ...given }) as unknown as Inventory;

test.each<[string, Inventory | undefined, boolean]>([
  ["is as it was applied", inventory(), false],
  ["was never applied", undefined, true],
  ["was applied in part", inventory({ complete: false }), true],
  ["was applied at another version", inventory({ version: { ...version, fleet: 2n } }), true],
  ["has an object whose create was not answered", inventory({ items: [item({ pending: true })] }), true],
  ["has an object that waits to be pruned", inventory({ items: [item(), item({ absentSince: new Date(0) })] }), true],
])("whether a new owner looks at a unit that %s", (_title, stored, expected) => {
  expect(needsLook(stored, desired)).toBe(expected);
});

test("what was removed and has no inventory has nothing left to do", () => {
  expect(needsLook(undefined, { ...desired, removed: true })).toBe(false);
});
