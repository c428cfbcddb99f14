import { dirname } from "node:path";

import { expect, test } from "vitest";

import { listSuites, LONGEST } from "./suites.ts";

const root = dirname(dirname(import.meta.dirname));

test("the longest suites begin first, and none is named that is not there", () => {
  const all = listSuites(root, []);
  expect(all.slice(0, LONGEST.length)).toEqual(LONGEST);
  expect(new Set(all).size).toBe(all.length);
});

test("only what is asked for is listed", () => {
  expect(listSuites(root, ["packages/bus", "test"])).toEqual(["test", "packages/bus"]);
});
