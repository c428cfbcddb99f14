import { describe, expect, test } from "vitest";

import { srcOf, stampOf } from "./stamp-of.ts";
import { noVersion } from "./unit-version.ts";

const from = { source: "shop", revision: "3f9c2ab", path: "apps/web" };

describe("an object says where it came from", () => {
  test.each([
    ["by source, commit and path", {}, "shop@3f9c2ab:apps/web"],
    ["with no path where the application is the root of its source", { path: "" }, "shop@3f9c2ab:"],
  ])("%s", (_title, change, src) => {
    expect(srcOf({ ...from, ...change })).toBe(src);
    expect(stampOf({ ...from, ...change, version: noVersion }, "u", "i", 1n).src).toBe(src);
  });
});

describe("an object is stamped with the largest number that it was made from", () => {
  const sources = [
    { source: "base", seq: 3n },
    { source: "shop", seq: 7n },
  ];
  test.each([
    ["that of one of its sources", { sources }, "7"],
    ["that of the fleet, where the declarations changed last", { sources, fleet: 9n }, "9"],
    ["that of the tools, where they changed last", { sources, tools: 8n }, "8"],
    ["0 where nothing was ever numbered", {}, "0"],
    ["digit by digit where it is more than a number holds", { fleet: 9_007_199_254_740_993n }, "9007199254740993"],
  ])("%s", (_title, version, seq) => {
    expect(stampOf({ ...from, version: { ...noVersion, ...version } }, "uid", "prod", 117_661_820_321_792n)).toEqual({
      appUid: "uid",
      installation: "prod",
      seq,
      epoch: "117661820321792",
      src: "shop@3f9c2ab:apps/web",
    });
  });
});
