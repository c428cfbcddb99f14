import { describe, expect, it } from "vitest";

import { desired, failed, requested, version } from "../decisions.fixture.ts";
import { recall } from "./unit-memory.ts";
import type { UnitFacts } from "./unit-memory.ts";

const two = version(1n, 2n);
const three = version(1n, 3n);

describe("the progress of a unit", () => {
  const cases: readonly [string, UnitFacts, string][] = [
    ["knows nothing of a new unit", {}, "unknown"],
    ["is rendering until the first answer", { request: requested(two) }, "rendering"],
    ["is answered by a desired state", { request: requested(two), desired: desired(two) }, "answered"],
    ["is rendering again under a newer request", { request: requested(three), desired: desired(two) }, "rendering"],
    [
      "is answered by a failure",
      { request: requested(three), desired: desired(two), failure: failed(three) },
      "failed",
    ],
    [
      "ends a failure by its own version",
      { request: requested(three), desired: desired(three), failure: failed(three) },
      "answered",
    ],
    ["ends a failure by a newer version", { desired: desired(three), failure: failed(two) }, "answered"],
    ["is rendering above an old failure", { request: requested(three), failure: failed(two) }, "rendering"],
    ["stays answered when the request has expired", { desired: desired(two) }, "answered"],
  ];
  it.each(cases)("%s", (_title, facts, state) => {
    expect(recall(facts).progress.state).toBe(state);
  });
});

describe("what was last asked", () => {
  it("prefers the request, as it is what comes next", () => {
    const request = requested(three);
    expect(recall({ request, desired: desired(two) }).last).toBe(request);
  });
  it("falls back to the desired state when the request is older or has expired", () => {
    const answer = desired(three);
    expect(recall({ request: requested(two), desired: answer }).last).toBe(answer);
    expect(recall({ desired: answer }).last).toBe(answer);
  });
});
