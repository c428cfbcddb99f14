import { LedgerEntry } from "@evenkeel/contracts";
import { describe, expect, test } from "vitest";

import { isAnotherChain, placeOf } from "./chain-place.ts";

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

describe("two entries are told apart", () => {
  const fact = LedgerEntry.fromPartial({ n: 7n, epoch: 5n, instance: "i", prevHash: "h", at: new Date(0) });
  test.each([
    ["by their place on the bus", { fact, sequence: 41 }],
    ["by their number", { fact: { ...fact, n: 8n }, sequence: 40 }],
    ["by the term they were written in", { fact: { ...fact, epoch: 6n }, sequence: 40 }],
    ["by who wrote them", { fact: { ...fact, instance: "j" }, sequence: 40 }],
    ["by what they continue", { fact: { ...fact, prevHash: "other" }, sequence: 40 }],
    ["by when they were written", { fact: { ...fact, at: new Date(1) }, sequence: 40 }],
    ["by that nobody knows when", { fact: { ...fact, at: undefined }, sequence: 40 }],
  ])("%s", (_title, other) => {
    expect(placeOf(other).id).not.toBe(placeOf({ fact, sequence: 40 }).id);
    expect(placeOf({ fact: { ...fact }, sequence: 40 })).toEqual(placeOf({ fact, sequence: 40 }));
  });
});
