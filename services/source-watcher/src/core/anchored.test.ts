import { describe, expect, test } from "vitest";

import { continued, givenBefore, isOutlived, rewritten, unknownTips } from "./anchored.ts";
import type { Anchored } from "./anchored.ts";

const anchored = (lineage: string, tip: string, seq: number, follows: string[] = []): Anchored => ({
  source: "shop",
  gitRef: "refs/heads/main",
  lineage,
  tip,
  seq: BigInt(seq),
  tree: "t",
  declarationsDigest: "",
  follows,
});
const own = (lineage: string, seq: number, follows: string[] = []) => ({ lineage, seq: BigInt(seq), follows });

describe("tips that clusters were given and the bus does not know of", () => {
  test.each([
    ["none where clusters were given nothing", own("a", 1), [], []],
    ["none where they were given what is stored", own("a", 9), [anchored("a", "a9", 9)], []],
    ["all of them where nothing is stored", undefined, [anchored("a", "a9", 9)], ["a9"]],
    ["of one lineage only the newest", undefined, [anchored("a", "a7", 7), anchored("a", "a9", 9)], ["a9"]],
    ["a newer one of the same lineage: an older bus came back", own("a", 5), [anchored("a", "a9", 9)], ["a9"]],
    ["another lineage, however low its seq", own("b", 50), [anchored("a", "a9", 9)], ["a9"]],
    ["none that the stored one follows", own("b", 50, ["a"]), [anchored("a", "a9", 9)], []],
    [
      "none that another cluster says was replaced",
      undefined,
      [anchored("a", "a9", 9), anchored("b", "b12", 12, ["a"])],
      ["b12"],
    ],
    [
      "both where each says to follow the other: only a later one replaces",
      undefined,
      [anchored("a", "a9", 9, ["b"]), anchored("b", "b12", 12, ["a"])],
      ["b12"],
    ],
    ["unrelated ones, the newest first", undefined, [anchored("a", "a9", 9), anchored("b", "b12", 12)], ["b12", "a9"]],
  ])("%s", (_title, known, told, tips) => {
    expect(unknownTips(known, told).map(({ tip }) => tip)).toEqual(tips);
  });
});

describe("a stored tip", () => {
  const stored = { seq: 5n, lineage: anchored("a", "a5", 5) };
  test.each([
    ["stands where it is what was told", [5n], [], false],
    ["stands where it was stored and not told yet", [4n], [anchored("a", "a4", 4)], false],
    ["is outlived where a later one was told", [0n, 6n], [], true],
    ["is outlived where this replica has told a later one, though no fact of it is kept", [6n, 0n], [], true],
    ["is outlived where a cluster was given a later one of its lineage", [5n], [anchored("a", "a9", 9)], true],
    ["stands where a cluster was given another lineage: that asks for a proof", [5n], [anchored("b", "b9", 9)], false],
  ])("%s", (_title, told, given, outlived) => {
    expect(isOutlived(stored, told, given)).toBe(outlived);
  });
});

describe("the descent of a tip", () => {
  const [a, b] = [anchored("a", "a9", 9, ["z"]), anchored("b", "b12", 12)];
  test.each([
    ["begins with it where nothing is known", continued(undefined, "t", []), "t", []],
    ["goes on as the newest that was proved", continued(undefined, "t", [b, a]), "b", ["a", "z"]],
    [
      "stays what it is stored as, and follows what was proved",
      continued(own("o", 1, ["n"]), "t", [a]),
      "o",
      ["n", "a", "z"],
    ],
    [
      "begins with an accepted rewrite, which follows all before",
      rewritten(own("o", 1, ["n"]), "t", []),
      "t",
      ["o", "n"],
    ],
    ["of a rewrite that was accepted for a lost bus", rewritten(undefined, "t", [a]), "t", ["a", "z"]],
  ])("%s", (_title, descent, lineage, follows) => {
    expect(descent).toEqual({ lineage, follows });
  });

  test("names at most 16 lineages, the newest first", () => {
    const many = Array.from({ length: 30 }, (_unused, n) => anchored(`l${n}`, `t${n}`, 30 - n));
    expect(continued(own("o", 1), "t", many).follows).toEqual(Array.from({ length: 16 }, (_unused, n) => `l${n}`));
  });
});

describe("tips of the stored one's lineage that clusters were given before it", () => {
  test.each([
    ["none where nothing is stored", undefined, [anchored("a", "a9", 9)], []],
    [
      "each of them, also where a cluster was given a later one",
      own("a", 9),
      [anchored("a", "a4", 4), anchored("a", "a9", 9)],
      ["a4", "a9"],
    ],
    ["one that two clusters were given once", own("a", 9), [anchored("a", "a4", 4), anchored("a", "a4", 5)], ["a4"]],
    ["none that is newer", own("a", 5), [anchored("a", "a9", 9)], []],
    ["none of another lineage", own("b", 9, ["a"]), [anchored("a", "a4", 4)], []],
  ])("%s", (_title, stored, told, tips) => {
    expect(givenBefore(stored, told).map(({ tip }) => tip)).toEqual(tips);
  });
});
