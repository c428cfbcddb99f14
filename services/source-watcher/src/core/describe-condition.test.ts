import { SourceCondition } from "@evenkeel/contracts";
import { describe, expect, test } from "vitest";

import {
  faultsOf,
  fleetReason,
  holdReason,
  isEmpty,
  noCondition,
  toCondition,
  unreadReason,
} from "./describe-condition.ts";
import type { ConditionState } from "./describe-condition.ts";

const at = new Date(1000);
const failed: ConditionState = {
  ...noCondition,
  error: { code: "AuthFailed", message: "shop: refused", remedy: "check" },
  errorSince: at,
};
const told = (state: ConditionState, last?: SourceCondition) => toCondition("shop", state, last, at);

describe("a condition", () => {
  test("without anything to say, and nothing to end, is not told", () => {
    expect(told(noCondition)).toBeUndefined();
    expect(told(noCondition, SourceCondition.fromPartial({ source: "shop" }))).toBeUndefined();
  });

  test("that says the same is told once", () => {
    const first = told(failed);
    expect(first?.error?.code).toBe("AuthFailed");
    expect(told(failed, first)).toBeUndefined();
  });

  test("that ends, and one that comes back, have message ids of their own", () => {
    const first = told(failed)!;
    const end = told(noCondition, first)!;
    const later = told({ ...failed, errorSince: new Date(2000) }, end)!;
    const secondEnd = told(noCondition, later)!;
    expect(new Set([first.cause, end.cause, later.cause, secondEnd.cause]).size).toBe(4);
    expect(end).toMatchObject({ error: undefined, hold: undefined, declarationErrorCount: 0 });
  });

  test("that takes turns with another has a message id of its own each time", () => {
    const fault = (message: string) => ({ file: "a.yaml", line: 1, column: 1, path: "spec", message, remedy: "" });
    const [one, two] = ["one", "two"].map((message) => ({ ...noCondition, ...faultsOf([fault(message)]) }));
    const first = told(one!)!;
    const second = told(two!, first)!;
    const again = told(one!, second)!;
    expect(new Set([first.cause, second.cause, again.cause]).size).toBe(3);
    expect(told(one!, again)).toBeUndefined();
  });

  test("shows the first 50 faults of a fleet and how many there are", () => {
    const fault = { file: "a.yaml", line: 1, column: 1, path: "spec", message: "wrong", remedy: "mend it" };
    const { declarationErrors, declarationErrorCount } = faultsOf(Array.from({ length: 70 }, () => fault));
    expect([declarationErrors.length, declarationErrorCount]).toEqual([50, 70]);
    expect(declarationErrors[0]?.message).toBe("wrong; mend it");
  });

  test.each([["behind"], ["diverged"], ["tag"]] as const)(
    "of a history that is %s names both ids in its remedy",
    (why) => {
      const [from, to] = ["a".repeat(40), "b".repeat(40)];
      const reason = holdReason("shop", { why, gitRef: "refs/heads/main", accepted: from, candidate: to });
      expect(reason.code).toBe("HistoryRewritten");
      expect(reason.remedy).toContain(from);
      expect(reason.remedy).toContain(to);
      expect(reason.message).toContain(`(${why})`);
    },
  );
});

describe("the reason of a hold", () => {
  const [from, to] = ["a".repeat(40), "b".repeat(40)];
  const hold = { why: "diverged" as const, gitRef: "refs/heads/main", accepted: from, candidate: to };
  const option = `set EVENKEEL_FLEET_ACCEPTED_TIP to ${to}`;
  test.each([
    [
      "of a ref that is gone says what stays in force",
      "shop",
      { ...hold, why: "gone" as const },
      "RefGone",
      "aaaaaaaaaaaa stays in force",
      "push the Git ref again",
    ],
    [
      "of a ref that never was says so",
      "shop",
      { ...hold, why: "gone" as const, accepted: "" },
      "RefGone",
      "nothing was pushed to it yet",
      "push a commit to it",
    ],
    ["of the fleet names the option that lets it in", "_fleet", hold, "HistoryRewritten", "(diverged)", option],
    [
      "of the fleet says what goes on by itself, too",
      "_fleet",
      hold,
      "HistoryRewritten",
      "(diverged)",
      "push a descendant of aaaaaaaaaaaa",
    ],
    [
      "of a fleet that is behind names both ways",
      "_fleet",
      { ...hold, why: "behind" as const },
      "HistoryRewritten",
      "moved back",
      `push a descendant of aaaaaaaaaaaa, or ${option}`,
    ],
    [
      "of a rewrite that is back names what it had become",
      "shop",
      { ...hold, candidate: from, rewritten: { to, at: "12:00" } },
      "HistoryRewritten",
      "was rewritten from aaaaaaaaaaaa to bbbbbbbbbbbb at 12:00 and is back",
      `from ${from} to ${to}`,
    ],
    [
      "of what was never accepted knows of no rewrite",
      "shop",
      { ...hold, why: "gone" as const, accepted: "", rewritten: { to, at: "12:00" } },
      "RefGone",
      "nothing was pushed",
      "push a commit",
    ],
  ])("%s", (_title, source, of, code, message, remedy) => {
    const reason = holdReason(source, of);
    expect([reason.code, reason.message, reason.remedy]).toEqual([
      code,
      expect.stringContaining(message),
      expect.stringContaining(remedy),
    ]);
  });
});

describe("why nothing is numbered yet", () => {
  const silent = (cluster: string) => ({ cluster, reason: undefined });
  const away = (cluster: string) => ({ cluster, reason: { code: "ApiUnavailable", message: "refused", remedy: "" } });
  test.each([
    [
      "names the cluster that no applier has read",
      [silent("a")],
      "cluster a (no applier has answered) is not known",
      "let the applier run",
    ],
    [
      "names the cluster that could not be read",
      [away("a")],
      "cluster a (refused) is not known",
      "let the applier reach the cluster",
    ],
    [
      "names both, and first lets appliers run",
      [away("a"), silent("b")],
      "cluster a (refused), b (no applier has answered) is",
      "let the applier run",
    ],
    [
      "names three, and how many more",
      ["a", "b", "c", "d", "e"].map(away),
      "c (refused) and 2 more is not known",
      "reach the cluster",
    ],
  ])("%s", (_title, unread, message, remedy) => {
    const reason = unreadReason("shop", unread);
    expect([reason.message, reason.remedy]).toEqual([
      expect.stringContaining(message),
      expect.stringContaining(remedy),
    ]);
  });

  test.each([
    ["a".repeat(40), "go on from aaaaaaaaaaaa,"],
    ["", "go on from what clusters were given,"],
  ])("names what the fleet has to go on from: %j", (tip, words) => {
    expect(fleetReason("shop", tip).message).toContain(words);
  });
});

describe("a condition is empty", () => {
  test.each([
    ["where nothing is wrong", noCondition, true],
    ["not with an error", failed, false],
    ["not with faults that are only counted", { ...noCondition, declarationErrorCount: 1 }, false],
  ])("%s", (_title, state, empty) => expect(isEmpty(state)).toBe(empty));

  test("that says the same of another source is another one", () => {
    expect(toCondition("base", failed, undefined, at)?.cause).not.toBe(told(failed)?.cause);
  });
});
