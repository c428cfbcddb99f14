import { ApplyFinished, ApplyResult } from "@evenkeel/contracts";
import { describe, expect, test } from "vitest";

import { appliedLines } from "./applied-lines.ts";

const run = (result: ApplyResult, over: Partial<ApplyFinished> = {}): ApplyFinished =>
  ApplyFinished.fromPartial({
    unit: { app: "web", cluster: "prod-eu" },
    revision: "3f9c2ab",
    result,
    startedAt: new Date(1_000),
    endedAt: new Date(1_400),
    ...over,
  });

describe("the log's lines about a run", () => {
  test.each([
    ["applied", run(ApplyResult.APPLIED, { created: 2 }), ["unit applied"]],
    ["applied with a prune", run(ApplyResult.APPLIED, { deleted: 1 }), ["unit applied", "objects pruned"]],
    ["found equal", run(ApplyResult.UNCHANGED), []],
    ["found equal with a prune", run(ApplyResult.UNCHANGED, { deleted: 1 }), ["objects pruned"]],
    ["removed, objects orphaned", run(ApplyResult.REMOVED), ["unit removed, its objects left in place"]],
    ["removed, objects deleted", run(ApplyResult.REMOVED, { deleted: 3 }), ["unit removed", "objects pruned"]],
    ["held", run(ApplyResult.HELD), []],
    ["corrected", run(ApplyResult.CORRECTED), []],
  ])("%s", (_title, fact, lines) => {
    expect(appliedLines(fact).map(({ message }) => message)).toEqual(lines);
  });

  test("name the unit, the revision, what was done and how long it took", () => {
    expect(appliedLines(run(ApplyResult.APPLIED, { created: 2, updated: 1 }))[0]?.fields).toEqual({
      app: "web",
      cluster: "prod-eu",
      revision: "3f9c2ab",
      created: 2,
      updated: 1,
      unchanged: 0,
      duration_ms: 400,
    });
  });
});
