import { expect, test } from "vitest";

import { fitFields } from "./fit-fields.ts";

const field = (path: string, bytes: number) => ({ path, desired: "d".repeat(bytes), live: "" });

test.each([
  ["all that fit", [field("a", 10), field("b", 10)], 100, ["a", "b"]],
  ["the first alone where it takes all the room", [field("a", 200), field("b", 1)], 100, ["a"]],
  ["none where there are none", [], 100, []],
  ["a path that is cut", [field("x".repeat(400), 1)], 1000, [`${"x".repeat(299)}…`]],
])("tells %s", (_title, fields, bytes, paths) => {
  expect(fitFields(fields, bytes).map(({ path }) => path)).toEqual(paths);
});
