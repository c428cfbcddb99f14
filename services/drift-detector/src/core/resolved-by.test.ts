import { expect, test } from "vitest";

import { resolvedBy } from "./resolved-by.ts";

test.each([
  ["a write of ours in the books since", { written: "12", inventoryRevision: 8n }, "10", "corrected"],
  ["no write of ours in the books", { written: "10", inventoryRevision: 7n }, "10", "reverted"],
  ["writes of ours to other objects only", { written: "10", inventoryRevision: 9n }, "10", "reverted"],
  ["newer books than those before a restart", { written: "12", inventoryRevision: 8n }, undefined, "corrected"],
  ["the books that were before a restart", { written: "10", inventoryRevision: 7n }, undefined, "reverted"],
] as const)("drift that ended with %s", (_title, now, written, by) => {
  expect(resolvedBy(now, { written, inventoryRevision: 7n })).toBe(by);
});
