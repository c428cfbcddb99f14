import { describe, expect, it } from "vitest";

import { desired, failed, requested, version } from "../decisions.fixture.ts";
import { knownSelection, recall, unitKey } from "./unit-memory.ts";
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

describe("what was answered", () => {
  const cases: readonly [string, UnitFacts, bigint | undefined][] = [
    ["is nothing before the first answer", { request: requested(two) }, undefined],
    ["is the version of the desired state, by its largest number", { desired: desired(version(1n, 9n)) }, 9n],
    ["is that of a failure too", { request: requested(three), failure: failed(three) }, 3n],
    [
      "is nothing while a newer request is not answered",
      { request: requested(three), desired: desired(two) },
      undefined,
    ],
  ];
  it.each(cases)("%s", (_title, facts, seq) => expect(recall(facts).answered?.seq).toBe(seq));
});

describe("the selection that is known of a unit", () => {
  it.each<readonly [string, UnitFacts, object | undefined]>([
    ["is none of a new unit", {}, undefined],
    [
      "is that of the last request",
      { request: requested(three) },
      { source: "web", gitRef: "refs/heads/main", seq: 1n },
    ],
    ["is that of a removal", { request: requested(three, { removed: true }) }, { removed: true }],
    [
      "has no Git ref and no number where none was told",
      { request: requested(three, { lineage: undefined, version: undefined }) },
      { gitRef: "", seq: 0n },
    ],
  ])("%s", (_title, facts, selection) => {
    const known = knownSelection(recall(facts));
    if (selection === undefined) expect(known).toBeUndefined();
    else expect(known).toMatchObject(selection);
  });
});

it("keys a unit by cluster and application", () => {
  expect(unitKey(requested(two).unit!)).toBe("prod/a");
});
