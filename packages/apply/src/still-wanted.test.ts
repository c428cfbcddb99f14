import { describe, expect, test } from "vitest";

import { stillWanted } from "./still-wanted.ts";
import type { Leaving, OtherUnit } from "./still-wanted.ts";

const bySource: Leaving = { after: { fleet: 5n, source: 6n }, at: { fleet: 5n, source: 9n } };
const byFleet: Leaving = { after: { fleet: 5n, source: 6n }, at: { fleet: 8n, source: 6n } };
const other: OtherUnit = {
  name: "blog",
  wants: false,
  sameHistory: true,
  declaredAt: 1n,
  plan: { source: 9n, fleet: 8n },
  state: "at-it",
  failedAt: undefined,
};
const elsewhere = { sameHistory: false, declaredAt: 8n } as const;

describe("an object that left a unit", () => {
  test("is wanted by nobody where the cluster has no other unit", () => {
    expect(stillWanted(bySource, [])).toBeUndefined();
  });

  test.each<[string, Leaving, Partial<OtherUnit>, RegExp | undefined]>([
    ["is free once the other is at the commit without it", bySource, {}, undefined],
    ["is kept where the other wants it", bySource, { wants: true, sameHistory: false }, /blog wants it/],
    ["is kept where nobody can say what the other wants", bySource, { wants: "unknown" }, /cannot be read/],
    ["is kept until the commit is planned", bySource, { plan: { source: 8n, fleet: 8n } }, /not planned yet/],
    ["is kept where nothing was ever planned", bySource, { plan: undefined }, /not planned yet/],
    ["is kept while the other's render is pending", bySource, { state: "pending" }, /not rendered yet/],
    [
      "is kept where the other's render failed at that commit",
      bySource,
      { state: "failed", failedAt: { fleet: 5n, source: 9n } },
      /could not be rendered/,
    ],
    [
      "is kept where it failed at a commit between that was skipped here",
      bySource,
      { state: "failed", failedAt: { fleet: 5n, source: 7n } },
      /could not be rendered/,
    ],
    [
      "is kept where it failed again since",
      bySource,
      { state: "failed", failedAt: { fleet: 5n, source: 20n } },
      /could not be rendered/,
    ],
    [
      "is free where the other failed at an older commit that this one did not touch",
      bySource,
      { state: "failed", failedAt: { fleet: 5n, source: 6n } },
      undefined,
    ],
    ["does not wait for another repository", bySource, { sameHistory: false, state: "pending" }, undefined],
    [
      "waits for another repository where the fleet moved it",
      byFleet,
      { ...elsewhere, state: "pending" },
      /not rendered/,
    ],
    [
      "waits until the fleet revision is planned",
      byFleet,
      { ...elsewhere, plan: { source: 1n, fleet: 7n } },
      /not planned/,
    ],
    ["waits for a repository that has never been read", byFleet, { ...elsewhere, plan: undefined }, /not planned/],
    [
      "waits for a failure at that fleet revision",
      byFleet,
      { ...elsewhere, state: "failed", failedAt: { fleet: 8n, source: 1n } },
      /could not be rendered/,
    ],
    [
      "does not wait for an application that the fleet revision did not change",
      byFleet,
      { ...elsewhere, declaredAt: 5n, state: "failed", failedAt: { fleet: 8n, source: 1n } },
      undefined,
    ],
  ])("%s", (_title, leaving, change, words) => {
    const why = stillWanted(leaving, [other, { ...other, ...change }]);
    if (words === undefined) expect(why).toBeUndefined();
    else expect(why).toMatch(words);
  });
});
