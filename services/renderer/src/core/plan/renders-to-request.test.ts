import { compareVersions } from "@evenkeel/contracts";
import { describe, expect, it } from "vitest";

import { removalToRequest, rendersToRequest } from "./renders-to-request.ts";
import type { Inputs } from "./renders-to-request.ts";
import { declared, desired, inputs, requested, tip, unit, version } from "../decisions.fixture.ts";
import { recall } from "./unit-memory.ts";
import type { UnitFacts } from "./unit-memory.ts";

const planOne = (at: Inputs, facts: UnitFacts) => {
  const [request] = rendersToRequest({
    inputs: at,
    declared: [declared("a")],
    memory: () => recall(facts),
    isTouched: () => true,
    traceOf: () => "trace",
  });
  return request!;
};

describe("rendersToRequest", () => {
  it("numbers a new unit by the newest inputs, its selection by the fleet revision", () => {
    expect(planOne(inputs(4n, tip(5n)), {}).version).toEqual(version(4n, 5n, 4n));
  });
  it("keeps the selection while source, URL and Git ref stay", () => {
    const request = planOne(inputs(4n, tip(5n)), { request: requested(version(1n, 2n)) });
    expect(request.version).toEqual(version(4n, 5n, 1n));
  });
  it("raises the selection with another Git ref, so that a lower source is no step back", () => {
    const memory = { desired: desired(version(3n, 9n)) };
    const request = planOne(inputs(6n, tip(5n, { gitRef: "refs/tags/v1" })), memory);
    expect(request.version).toEqual(version(6n, 5n, 6n));
    expect(compareVersions(request.version!, memory.desired!.version!)).toBe("newer");
  });
  it("raises the selection of a unit that comes back after its removal", () => {
    const memory = { request: requested(version(4n, 2n, 4n), { removed: true }) };
    expect(planOne(inputs(6n, tip(2n)), memory).version).toEqual(version(6n, 2n, 6n));
  });
  it("asks only for what is touched", () => {
    const requests = rendersToRequest({
      inputs: inputs(4n, tip(5n)),
      declared: ["a", "b", "c"].map((app) => declared(app)),
      memory: () => recall({}),
      isTouched: ({ unit: { app } }) => app === "b",
      traceOf: () => "trace",
    });
    expect(requests.map((request) => request.unit?.app)).toEqual(["b"]);
  });
  it("gives the same message id to the same question, another to another", () => {
    const cause = (at: Inputs): string => planOne(at, {}).cause;
    expect(cause(inputs(4n, tip(5n)))).toBe(cause(inputs(4n, tip(5n))));
    expect(cause(inputs(4n, tip(5n)))).not.toBe(cause(inputs(4n, tip(6n))));
  });
  it("plans nothing of a source without a tip", () => {
    const plan = { declared: [declared("a")], memory: () => recall({}), isTouched: () => true, traceOf: () => "trace" };
    expect(rendersToRequest({ inputs: inputs(4n, undefined), ...plan })).toEqual([]);
  });
});

describe("removalToRequest", () => {
  const facts = { request: requested(version(1n, 2n)), desired: desired(version(1n, 2n)) };
  const memory = recall(facts);

  it("asks for a tombstone that is newer, under the last set that had the unit", () => {
    const request = removalToRequest(unit("a"), memory, inputs(7n, undefined), "sha256:set-5")!;
    expect(request).toMatchObject({ removed: true, declarationsDigest: "sha256:set-5", revision: "commit-2" });
    expect(request.version).toEqual(version(7n, 2n, 7n));
    expect(compareVersions(request.version!, memory.desired!.version!)).toBe("newer");
  });
  it("asks once", () => {
    const request = removalToRequest(unit("a"), memory, inputs(7n, undefined), "")!;
    expect(removalToRequest(unit("a"), recall({ ...facts, request }), inputs(8n, undefined), "")).toBeUndefined();
  });
  it("asks again, above all, where a cluster refused the tombstone for something newer", () => {
    const tombstone = removalToRequest(unit("a"), memory, inputs(7n, undefined), "")!;
    const again = removalToRequest(
      unit("a"),
      recall({ ...facts, request: tombstone }),
      inputs(9n, undefined),
      "",
      true,
    )!;
    expect(again.version?.fleet).toBe(9n);
    expect(compareVersions(again.version!, tombstone.version!)).toBe("newer");
  });
  it("never lets the selection fall, under a fleet revision that is older", () => {
    const known = recall({ request: requested(version(12n, 2n, 12n)) });
    expect(removalToRequest(unit("a"), known, inputs(7n, undefined), "")?.version?.selection).toBe(12n);
  });
  it("asks under the set it was last asked under, where the last that had the unit is not known", () => {
    expect(removalToRequest(unit("a"), memory, inputs(7n, undefined), "")?.declarationsDigest).toBe("sha256:set-1");
  });
  it("never asks for what was never desired", () => {
    expect(removalToRequest(unit("a"), recall({}), inputs(7n, undefined), "")).toBeUndefined();
  });
});
