import { describe, expect, it } from "vitest";

import { nextInTurn, passOver } from "./share-places.ts";

type Counts = Readonly<Record<string, number>>;
const shares = (held: Counts, passed: Counts) => ({
  held: new Map(Object.entries(held)),
  passed: new Map(Object.entries(passed)),
});

describe("places", () => {
  it.each<readonly [string, readonly string[], Counts, Counts, number, number | undefined]>([
    ["go to the first where all hold as many", ["a", "b"], {}, {}, 4, 0],
    ["go to the source that holds the fewest", ["a", "b"], { a: 1 }, {}, 4, 1],
    ["leave one for whoever else comes", ["a", "a"], { a: 3 }, {}, 4, undefined],
    ["give that one to another", ["a", "b"], { a: 3 }, {}, 4, 1],
    ["are all taken", ["b"], { a: 3, c: 1 }, {}, 4, undefined],
    ["are one alone for all", ["a"], {}, {}, 1, 0],
    ["go to the fewest still where another was passed over for a while", ["a", "b"], { a: 1 }, { a: 7 }, 4, 1],
    ["go to who was passed over for long, though it holds more", ["b", "a"], { a: 1 }, { a: 8 }, 4, 1],
    ["go to who was passed over most", ["a", "b", "c"], { a: 1, b: 2 }, { a: 10, b: 11 }, 5, 1],
    ["go to the fewest of those passed over as long", ["a", "b"], { a: 2, b: 1 }, { a: 9, b: 9 }, 4, 1],
    ["go to who was passed over, up to its share", ["a", "b"], { a: 3 }, { a: 99 }, 5, 0],
    ["are kept from who holds its share, however often", ["a"], { a: 3 }, { a: 99 }, 4, undefined],
  ])("%s", (_title, waiting, held, passed, places, expected) => {
    expect(nextInTurn(waiting, shares(held, passed), places)).toBe(expected);
  });
});

describe("being passed over", () => {
  it.each<readonly [string, readonly string[], Counts, Counts, string, Counts]>([
    ["counts for each that waits, once", ["a", "b", "b", "c"], {}, { b: 2 }, "a", { b: 3, c: 1 }],
    ["ends with a start", ["a", "b"], {}, { a: 9, b: 1 }, "a", { b: 2 }],
    ["ends though more of it wait", ["a", "a"], {}, { a: 9 }, "a", {}],
    ["is forgotten of who waits no more", ["a"], {}, { gone: 9 }, "a", {}],
    ["does not count for who holds its share", ["a", "b"], { b: 3 }, { b: 5 }, "a", {}],
  ])("%s", (_title, waiting, held, passed, begun, expected) => {
    expect(Object.fromEntries(passOver(waiting, shares(held, passed), 4, begun))).toEqual(expected);
  });
});

describe("a source that sends many", () => {
  it("goes out of turn once in two fillings of the places, and never keeps others from theirs", () => {
    const places = 4;
    const held = new Map([["many", 2]]);
    let passed: ReadonlyMap<string, number> = new Map();
    const begun: string[] = [];
    for (let at = 0; at < 90; at += 1) {
      const waiting = ["many", "many", `fresh-${at}`];
      const next = waiting[nextInTurn(waiting, { held, passed }, places) ?? -1] ?? "nobody";
      passed = passOver(waiting, { held, passed }, places, next);
      begun.push(next); // it ends at once
    }
    expect(begun.filter((source) => source === "many")).toHaveLength(10);
  });
});
