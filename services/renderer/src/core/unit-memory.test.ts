import { describe, expect, it } from "vitest";

import { desired, failed, requested, version } from "./testdata.ts";
import { lastAsked, progressOf } from "./unit-memory.ts";
import type { UnitMemory } from "./unit-memory.ts";

const two = version(1n, 2n);
const three = version(1n, 3n);

describe("progressOf", () => {
  const cases: readonly [string, UnitMemory, string][] = [
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
  it.each(cases)("%s", (_title, memory, state) => {
    expect(progressOf(memory).state).toBe(state);
  });
});

describe("lastAsked", () => {
  it("prefers the request, as it is what comes next", () => {
    const request = requested(three);
    expect(lastAsked({ request, desired: desired(two) })).toBe(request);
  });
  it("falls back to the desired state when the request is older or has expired", () => {
    const answer = desired(three);
    expect(lastAsked({ request: requested(two), desired: answer })).toBe(answer);
    expect(lastAsked({ desired: answer })).toBe(answer);
  });
});
