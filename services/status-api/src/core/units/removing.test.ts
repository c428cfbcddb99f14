import { ApplyResult, flows } from "@evenkeel/contracts";
import { describe, expect, test } from "vitest";

import { createProjection, unitKey } from "../../follow/projection.ts";
import { at, desired, run } from "../../story/story.fixture.ts";

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
