import { describe, expect, test } from "vitest";

import { decideLineage } from "./decide-lineage.ts";

describe("the lineage of a tip", () => {
  const anchored = { source: "web", gitRef: "refs/heads/main", lineage: "aa", tip: "a9", seq: 9n, follows: [] };
  test.each([
    ["passes if it is the anchored one", { tip: "b1", seq: 10n }, "passes"],
    ["passes for another source", { source: "other", lineage: "bb", seq: 1n }, "passes"],
    ["passes for another Git ref", { gitRef: "refs/heads/next", lineage: "bb", seq: 1n }, "passes"],
    ["passes where it goes on from the anchored one", { lineage: "bb", seq: 10n, follows: ["cc", "aa"] }, "passes"],
    ["must be proved whatever its seq: other sources raise it", { lineage: "bb", seq: 10n }, "prove"],
    ["must be proved where it goes on from another one", { lineage: "bb", seq: 10n, follows: ["cc"] }, "prove"],
    ["must be proved with a lower seq", { lineage: "bb", seq: 3n }, "prove"],
  ] as const)("%s", (_title, change, wanted) => {
    expect(decideLineage({ ...anchored, ...change }, anchored)).toBe(wanted);
  });

  test("passes where nothing is anchored", () => {
    expect(decideLineage(anchored, undefined)).toBe("passes");
  });
});
