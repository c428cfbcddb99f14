import { AnchorsRead } from "@evenkeel/contracts";
import { expect, it } from "vitest";

import { answerTo, isComplete, noWords, statementsOf, takeWord } from "./words-of-cluster.ts";

/** Questions q1 to q9 were asked in this order. */
const placeOf = (question: string): number => Number(/^q(\d)$/.exec(question)?.[1] ?? 0);

const part = (cause: string, n: number, of: number, asked: string): AnchorsRead =>
  AnchorsRead.fromPartial({
    cluster: "prod",
    part: n,
    parts: of,
    asked,
    cause,
    lineages: [{ source: "shop", gitRef: "refs/heads/main", tip: `${cause}${n}` }],
  });
const unread = (asked: string): AnchorsRead =>
  AnchorsRead.fromPartial({
    cluster: "prod",
    parts: 1,
    asked,
    cause: `no ${asked}`,
    unread: { code: "ApiUnavailable" },
  });

it.each<readonly [string, readonly AnchorsRead[], "whole" | "unread" | "none", readonly string[]]>([
  ["nothing was told", [], "none", []],
  ["all parts are there", [part("x", 1, 2, "q2"), part("x", 0, 2, "q2")], "whole", ["x1", "x0"]],
  ["a part is missing", [part("x", 1, 2, "q2")], "none", ["x1"]],
  [
    "the parts of two come interleaved",
    [part("x", 1, 2, "q2"), part("y", 1, 2, "q2"), part("x", 0, 2, "q2"), part("y", 0, 2, "q2")],
    "whole",
    ["y1", "y0"],
  ],
  ["only one part of each of two came", [part("y", 1, 2, "q2"), part("x", 0, 2, "q2")], "none", ["y1", "x0"]],
  [
    "another begins after a whole one",
    [part("y", 1, 2, "q2"), part("y", 0, 2, "q2"), part("x", 0, 2, "q2")],
    "whole",
    ["y1", "y0"],
  ],
  ["a later question was answered", [part("x", 0, 1, "q3")], "whole", ["x0"]],
  ["only an earlier question was answered", [part("x", 0, 1, "q1")], "none", ["x0"]],
  [
    "a whole word to no question comes after the answer",
    [part("x", 0, 1, "q2"), part("old", 0, 1, "")],
    "whole",
    ["x0", "old0"],
  ],
  [
    "a whole word to an earlier question comes after the answer, and then another answer",
    [part("x", 0, 1, "q2"), part("old", 0, 1, "q1"), part("z", 0, 1, "q2")],
    "whole",
    ["z0"],
  ],
  ["the same word is told again", [part("x", 0, 1, "q2"), part("x", 0, 1, "q2")], "whole", ["x0"]],
  [
    "the answer is told again after a whole word to an earlier question: that one counts no more",
    [part("x", 0, 1, "q2"), part("old", 0, 1, "q1"), part("x", 0, 1, "q2")],
    "whole",
    ["x0"],
  ],
  ["one that is read before says that it could not be since", [unread("q3"), part("x", 0, 1, "q1")], "unread", ["x0"]],
  ["the cluster cannot be read", [unread("q2")], "unread", []],
  ["the cluster could not be read before", [unread("q2"), part("x", 0, 1, "q2")], "whole", ["x0"]],
  ["the cluster cannot be read any more", [part("x", 0, 1, "q2"), unread("q2")], "whole", ["x0"]],
  ["the cluster could be read before the question", [part("x", 0, 1, "q1"), unread("q2")], "unread", ["x0"]],
  ["why it cannot be read was told before the question", [unread("q2"), unread("q1")], "unread", []],
])("where %s", (_title, facts, answer, tips) => {
  const words = facts.reduce((all, fact) => takeWord(all, fact, placeOf), noWords);
  expect(answerTo(words, placeOf("q2"), placeOf)).toBe(answer);
  expect(statementsOf(words).map(({ tip }) => tip)).toEqual(tips);
});

it("keeps a bounded number of words that never become whole", () => {
  const many = Array.from({ length: 1_000 }, (_, n) => part(`x${n}`, 0, 2, "q2"));
  expect(many.reduce((all, fact) => takeWord(all, fact, placeOf), noWords).begun.length).toBeLessThan(10);
});

it.each([
  ["a word of one part", [part("x", 0, 1, "q2")], true],
  ["the last part of a word", [part("x", 1, 2, "q2"), part("x", 0, 2, "q2")], true],
  ["the first part of a word", [part("x", 0, 2, "q2")], false],
  ["a whole word that came late", [part("y", 0, 1, "q2"), part("x", 0, 1, "q1")], true],
])("%s is believed where its word is whole", (_title, facts, isWhole) => {
  const words = facts.reduce((all, fact) => takeWord(all, fact, placeOf), noWords);
  expect(isComplete(words, facts.at(-1)!)).toBe(isWhole);
});
