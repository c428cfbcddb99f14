import { describe, expect, test } from "vitest";

import { takeLook, noAnswers } from "./take-look.ts";
import type { AnswerChange, Look } from "./take-look.ts";

const at = (second: number): Date => new Date(Date.UTC(2026, 10, 29, 12, 0, second));
const answered: Look = { kind: "answered" };
const silent = (code = "ApiUnavailable"): Look => ({ kind: "silent", reason: { code, message: code, remedy: "" } });

/** Looks, a second apart from 12:00:01 on, and what was told of them. */
const told = (looks: readonly Look[]): readonly string[] => {
  let answers = noAnswers(at(0));
  return looks.map((look, n) => {
    const judged = takeLook(answers, look, at(n + 1));
    answers = judged.answers;
    return words(judged.change);
  });
};
const words = (change: AnswerChange | undefined): string =>
  change === undefined ? "-" : `${change.unreachable?.code ?? "answers"} since ${change.since.getUTCSeconds()}`;

describe("whether a cluster answers", () => {
  test.each([
    ["the first answer is told, later ones are not", [answered, answered], ["answers since 1", "-"]],
    ["one lost look is nothing", [answered, silent(), answered], ["answers since 1", "-", "-"]],
    [
      "two in a row are told once, since the last answer, and so is the end",
      [answered, silent(), silent(), silent(), answered, answered],
      ["answers since 1", "-", "ApiUnavailable since 1", "-", "answers since 5", "-"],
    ],
    ["one that never answered is silent since looking began", [silent(), silent()], ["-", "ApiUnavailable since 0"]],
    [
      "another cause is told, and keeps the beginning",
      [answered, silent(), silent(), silent("AuthFailed")],
      ["answers since 1", "-", "ApiUnavailable since 1", "AuthFailed since 1"],
    ],
  ])("%s", (_title, looks, expected) => {
    expect(told(looks)).toEqual(expected);
  });

  test("what was told is said again after a minute, with its own beginning", () => {
    const looks = Array.from({ length: 63 }, () => answered);
    const all = told(looks).flatMap((text, n) => (text === "-" ? [] : [`${n + 1}: ${text}`]));
    expect(all).toEqual(["1: answers since 1", "61: answers since 1"]);
  });
});
