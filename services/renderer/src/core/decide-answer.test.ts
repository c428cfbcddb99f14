import type { UnitVersion } from "@evenkeel/contracts";
import { describe, expect, it } from "vitest";

import { decideAnswer, decideFailure } from "./decide-answer.ts";
import type { Answer } from "./decide-answer.ts";

const version = (fleet: bigint, source: bigint, selection = 1n, tools = 1n): UnitVersion => ({
  fleet,
  selection,
  sources: [{ source: "web", seq: source }],
  tools,
});
const answer = (at: UnitVersion, digest = "sha256:a", removed = false): Answer => ({ version: at, digest, removed });

describe("decideAnswer", () => {
  const cases: readonly [string, Answer | undefined, Answer, string][] = [
    ["publishes the first answer", undefined, answer(version(1n, 2n)), "publish"],
    ["publishes over an older one", answer(version(1n, 2n)), answer(version(1n, 3n)), "publish"],
    ["publishes an equal digest under a newer version", answer(version(1n, 2n)), answer(version(3n, 2n)), "publish"],
    [
      "publishes a lower source under a newer selection",
      answer(version(4n, 9n)),
      answer(version(5n, 2n, 5n)),
      "publish",
    ],
    ["sees that it was answered", answer(version(1n, 2n)), answer(version(1n, 2n)), "answered"],
    ["refuses another digest at one version", answer(version(1n, 2n)), answer(version(1n, 2n), "sha256:b"), "differs"],
    ["refuses an older source", answer(version(1n, 3n)), answer(version(1n, 2n)), "superseded"],
    ["refuses an older tool set", answer(version(1n, 3n, 1n, 4n)), answer(version(1n, 3n)), "superseded"],
    ["plans again when each is newer in one input", answer(version(1n, 3n)), answer(version(2n, 2n)), "mixed"],
  ];
  it.each(cases)("%s", (_title, stored, mine, expected) => {
    expect(decideAnswer(stored, mine)).toBe(expected);
  });
});

describe("decideFailure", () => {
  const cases: readonly [string, UnitVersion | undefined, UnitVersion | undefined, UnitVersion, string][] = [
    ["tells the first failure", undefined, undefined, version(1n, 2n), "publish"],
    ["tells a failure above the last good state", version(1n, 2n), undefined, version(1n, 3n), "publish"],
    ["keeps still when its own version was answered", version(1n, 3n), undefined, version(1n, 3n), "superseded"],
    ["keeps still under a newer answer", version(1n, 4n), undefined, version(1n, 3n), "superseded"],
    ["tells a failure once", undefined, version(1n, 3n), version(1n, 3n), "answered"],
    ["replaces an older failure", undefined, version(1n, 2n), version(1n, 3n), "publish"],
    ["does not replace a newer failure", undefined, version(1n, 4n), version(1n, 3n), "superseded"],
  ];
  it.each(cases)("%s", (_title, desired, failure, mine, expected) => {
    expect(decideFailure({ desired, failure }, mine)).toBe(expected);
  });
});
