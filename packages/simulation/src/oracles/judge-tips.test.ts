import { expect, test } from "vitest";

import { createHistory } from "../truth/history.ts";
import { idHost } from "../truth/world-texts.fixture.ts";
import { createTipJudge } from "./judge-tips.ts";

const begin = (isAgreed = false) => {
  const history = createHistory(idHost());
  const told: string[] = [];
  const judge = createTipJudge(
    history,
    () => isAgreed,
    (invariant) => told.push(invariant),
  );
  const [a, b] = [history.push("shop", { f: "1" }, "a"), history.push("shop", { f: "2" }, "b")];
  const rewritten = history.push("shop", { f: "3" }, "c", a);
  const accept = (revision: string, seq: number): void => judge({ source: "shop", revision, seq });
  return { told, accept, a: a.id, b: b.id, rewritten: rewritten.id };
};

test("a descendant under a higher number is good, and the same again", () => {
  const { told, accept, a, b } = begin();
  accept(a, 1);
  accept(b, 2);
  accept(b, 2);
  expect(told).toEqual([]);
});

test("a rewritten branch is followed only where that was agreed", () => {
  for (const isAgreed of [false, true]) {
    const { told, accept, b, rewritten } = begin(isAgreed);
    accept(b, 1);
    accept(rewritten, 2);
    expect(told).toEqual(isAgreed ? [] : ["history.no-rewrite"]);
  }
});

test("an older commit, one that nobody pushed, and a number that was given out are none", () => {
  const { told, accept, a, b } = begin();
  accept(b, 5);
  accept(a, 6);
  accept("0".repeat(40), 7);
  accept(b, 7);
  expect(told).toEqual([
    "history.no-rewrite", // a after b
    "history.no-rewrite", // pushed by nobody
    "history.no-rewrite", // and no descendant
    "history.no-rewrite", // of that neither
    "version.above-anchors", // 7 is taken
    "version.above-anchors",
  ]);
});
