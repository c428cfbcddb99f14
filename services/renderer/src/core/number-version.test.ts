import { compareVersions } from "@evenkeel/contracts";
import { describe, expect, test } from "vitest";

import { selectionSeq, versionOf } from "./number-version.ts";
import type { KnownSelection } from "./number-version.ts";

const selection = { source: "shop", url: "https://git.example/shop", gitRef: "refs/heads/main", removed: false };
const known = (seq: bigint, change: Partial<KnownSelection> = {}): KnownSelection => ({ ...selection, seq, ...change });

describe("the selection of a unit was last changed", () => {
  test.each<readonly [string, KnownSelection | undefined, bigint, bigint, bigint]>([
    ["now, where none is known", undefined, 9n, 0n, 9n],
    ["when it was, while nothing changed", known(4n), 9n, 0n, 4n],
    ["now, with another source", known(4n, { source: "base" }), 9n, 0n, 9n],
    ["now, with another URL", known(4n, { url: "https://git.example/moved" }), 9n, 0n, 9n],
    ["now, with another Git ref", known(4n, { gitRef: "refs/tags/v1" }), 9n, 0n, 9n],
    ["now, where the unit was removed before", known(4n, { removed: true }), 9n, 0n, 9n],
    ["never lower than it was, under an older fleet revision", known(12n, { gitRef: "refs/tags/v1" }), 9n, 0n, 12n],
    ["now, where it was numbered before the bus was lost", known(4n), 9n, 4n, 9n],
    ["when it was, where it was numbered since", known(5n), 9n, 4n, 5n],
  ])("%s", (_title, before, fleet, floor, seq) => expect(selectionSeq(before, selection, fleet, floor)).toBe(seq));
});

describe("a version", () => {
  const inputs = { fleet: 9n, sourceSeq: 5n, tools: 3n, floor: 0n };
  test("has the newest number of each input", () => {
    expect(versionOf(inputs, selection, known(4n))).toEqual({
      fleet: 9n,
      selection: 4n,
      sources: [{ source: "shop", seq: 5n }],
      tools: 3n,
    });
  });

  test.each([
    ["newer at a later commit of the same selection", { sourceSeq: 6n }, {}, "newer"],
    ["older at an earlier commit of the same selection", { sourceSeq: 4n }, {}, "older"],
    ["newer at whatever commit of another selection", { sourceSeq: 1n }, { gitRef: "refs/tags/v1" }, "newer"],
    ["the same for the same inputs", {}, {}, "equal"],
  ] as const)("is %s", (_title, change, other, order) => {
    const before = versionOf(inputs, selection, known(4n));
    expect(compareVersions(versionOf({ ...inputs, ...change }, { ...selection, ...other }, known(4n)), before)).toBe(
      order,
    );
  });
});
