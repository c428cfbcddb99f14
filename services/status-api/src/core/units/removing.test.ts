import { ApplyResult, flows, InventoryItem } from "@evenkeel/contracts";
import { describe, expect, test } from "vitest";

import { createProjection, unitKey } from "../../follow/projection.ts";
import { at, deployment, desired, run } from "../../story/story.fixture.ts";
import { removingOf } from "./removing.ts";
import { emptyUnit } from "../unit/unit-record.ts";
import type { UnitRecord } from "../unit/unit-record.ts";

const row = (deletesAfterMs?: number) => ({
  cluster: "prod-eu",
  app: "web",
  declared: { repository: "shop", path: "web", ...(deletesAfterMs === undefined ? {} : { deletesAfterMs }) },
});
const gone = desired(4, "b", { removed: true, renderedAt: at(10) });

describe("a unit that was removed from the fleet", () => {
  test.each([
    ["is going, and is deleted after its grace", row(60_000), at(70), "deleted, not before 2026-11-22T12:01:10.000Z"],
    ["is going, and its objects stay", row(), undefined, "being let go"],
  ])("%s", (_title, declared, notBefore, words) => {
    const projection = createProjection(() => at(0));
    const status = () => projection.status(unitKey("prod-eu", "web"));
    projection.declare([declared]);
    projection.fold(flows.desiredStateChanged.type, desired(3, "a"));
    projection.fold(flows.applyFinished.type, run(3, "a"));
    expect(status()?.removing).toBeUndefined();
    projection.declare([]);
    projection.fold(flows.desiredStateChanged.type, gone);
    expect(status()?.removing).toEqual({ since: at(10), objects: 0, notBefore });
    expect(status()?.reason?.message).toContain(words);
    projection.fold(flows.applyFinished.type, run(4, "b", { result: ApplyResult.REMOVED }));
    expect(status()).toBeUndefined();
  });
});

describe("a unit is going", () => {
  const removed: UnitRecord = { ...emptyUnit("prod-eu", "web"), desired: gone };
  const declared = { repository: "shop", path: "web", deletesAfterMs: 60_000 };
  const item = InventoryItem.fromPartial({ ref: deployment });
  test.each<readonly [string, UnitRecord, object | undefined]>([
    ["not before anything is desired of it", emptyUnit("prod-eu", "web"), undefined],
    ["not while it is desired", { ...removed, desired: desired(4, "b") }, undefined],
    ["not while it is declared: it is back, and its render is on the way", { ...removed, declared }, undefined],
    ["not once its removal has ended", { ...removed, run: run(4, "b", { result: ApplyResult.REMOVED }) }, undefined],
    [
      "while its removal has failed",
      { ...removed, run: run(4, "b", { result: ApplyResult.FAILED }) },
      { notBefore: undefined },
    ],
    ["with so many objects", { ...removed, objects: [item, item] }, { objects: 2 }],
    ["not before its grace is over", { ...removed, lastDeclared: declared }, { notBefore: at(70) }],
    [
      "at once where no grace is declared",
      { ...removed, lastDeclared: { ...declared, deletesAfterMs: 0 } },
      { notBefore: at(10) },
    ],
    [
      "nobody can say when, where nobody told since when",
      { ...removed, desired: { ...gone, renderedAt: undefined }, lastDeclared: declared },
      { since: undefined, notBefore: undefined },
    ],
  ])("%s", (_title, unit, wanted) => {
    if (wanted === undefined) expect(removingOf(unit)).toBeUndefined();
    else expect(removingOf(unit)).toMatchObject(wanted);
  });
});
