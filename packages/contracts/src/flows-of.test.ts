import { describe, expect, it } from "vitest";

import { flowsOf, subjectFilter } from "./flows-of.ts";
import { flows } from "./gen/flows.ts";

describe("subjects of a view", () => {
  it.each([
    ["all of one flow", [flows.desiredStateChanged], {}, "ek.v1.desired.*.*.*"],
    ["one partition", [flows.desiredStateChanged], { p: "3" }, "ek.v1.desired.3.*.*"],
    ["one cluster", [flows.healthChanged], { "unit.cluster": "prod.eu" }, "ek.v1.health.*.prod=2Eeu.*"],
    ["two flows of the same subjects", [flows.driftDetected, flows.driftResolved], {}, "ek.v1.drift.*.*.*"],
    ["two flows, one below the other", [flows.desiredStateChanged, flows.renderFailed], {}, "ek.v1.desired.*.*.>"],
    ["the same the other way round", [flows.renderFailed, flows.desiredStateChanged], {}, "ek.v1.desired.*.*.>"],
    ["a fixed token beside an open one", flowsOf("ANCHORS"), {}, "ek.v1.anchors.*.>"],
    ["a whole stream of three shapes", flowsOf("RENDERS"), {}, "ek.v1.render.>"],
  ])("%s", (_title, of, tokens, filter) => {
    expect(
      subjectFilter(
        of.map(({ template }) => template),
        tokens,
      ),
    ).toBe(filter);
  });
  it("has every flow of a stream", () => {
    expect(flowsOf("DRIFT")).toEqual([flows.driftDetected, flows.driftResolved]);
  });
});
