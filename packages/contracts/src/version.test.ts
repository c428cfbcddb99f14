import { describe, expect, it } from "vitest";

import type { UnitVersion } from "./gen/names.ts";
import { compareVersions, formatVersion, maxVersion, seqOf } from "./version.ts";

const version = (fleet: number, selection: number, web: number, tools = 1): UnitVersion => ({
  fleet: BigInt(fleet),
  selection: BigInt(selection),
  sources: [{ source: "web", seq: BigInt(web) }],
  tools: BigInt(tools),
});

describe("compareVersions", () => {
  const cases: readonly (readonly [string, UnitVersion, UnitVersion, string])[] = [
    ["the same seqs are equal", version(2, 2, 5), version(2, 2, 5), "equal"],
    ["a newer commit is newer", version(2, 2, 6), version(2, 2, 5), "newer"],
    ["an older commit is older", version(2, 2, 4), version(2, 2, 5), "older"],
    ["a newer fleet with the same commit is newer", version(3, 2, 5), version(2, 2, 5), "newer"],
    ["an older commit under a newer fleet is mixed, so never applied", version(3, 2, 4), version(2, 2, 5), "mixed"],
    ["a new selection may go back to an older commit", version(7, 7, 4), version(2, 2, 5), "newer"],
    ["an older selection is older, whatever its commit", version(2, 2, 9), version(7, 7, 4), "older"],
    ["new tools are newer", version(2, 2, 5, 8), version(2, 2, 5, 1), "newer"],
  ];
  it.each(cases)("%s", (_title, a, b, expected) => {
    expect(compareVersions(a, b)).toBe(expected);
  });
});

describe("maxVersion", () => {
  it("takes the higher of each component under an equal selection", () => {
    expect(maxVersion(version(3, 2, 4), version(2, 2, 5))).toEqual(version(3, 2, 5));
  });
  it("takes the sources of the higher selection", () => {
    expect(maxVersion(version(7, 7, 4), version(2, 2, 9))).toEqual(version(7, 7, 4));
  });
});

it("shows people the largest seq", () => {
  expect(seqOf(version(3, 2, 9, 4))).toBe(9n);
});

it("writes a version as one string", () => {
  expect(formatVersion(version(3, 2, 9, 4))).toBe("3.2.web=9.4");
});
