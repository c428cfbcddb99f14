import { describe, expect, test } from "vitest";

import { isAnotherChain } from "./chain-place.ts";

describe("what follows the last entry that was read of a chain", () => {
  const last = { sequence: 40, n: 7n, id: "seventh" };
  test.each([
    ["is the same chain where it is that very entry", { ...last }, false],
    ["is the same chain where it is the next", { sequence: 52, n: 8n, id: "eighth" }, false],
    ["is the same chain where some were sealed meanwhile", { sequence: 90, n: 30n, id: "thirtieth" }, false],
    ["is another chain where another entry lies in its place", { sequence: 40, n: 7n, id: "another seventh" }, true],
    ["is another chain where numbers begin again", { sequence: 41, n: 1n, id: "first" }, true],
    ["is another chain where its own number comes again later", { sequence: 44, n: 7n, id: "another" }, true],
  ])("%s", (_title, found, expected) => {
    expect(isAnotherChain(last, found)).toBe(expected);
  });
});
