import { SourceCondition } from "@evenkeel/contracts";
import { describe, expect, test } from "vitest";

import { faultsOf, holdReason, noCondition, toCondition } from "./describe-condition.ts";
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
