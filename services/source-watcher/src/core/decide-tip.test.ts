import { describe, expect, test } from "vitest";

import { decideTip } from "./decide-tip.ts";
import type { TipQuestion } from "./decide-tip.ts";

const at = (object: string, revision = object) => ({ object, revision });
const question = (part: Partial<TipQuestion>): TipQuestion => ({
  kind: "branch",
  isFleet: false,
  accepted: at("a"),
  candidate: at("b"),
  descends: "no",
  precedes: "no",
  hold: undefined,
  behind: undefined,
  nowMs: 0,
  lift: undefined,
  ...part,
});
const decisionOf = (part: Partial<TipQuestion>) => {
  const decision = decideTip(question(part));
  if (decision.kind === "hold") return `hold ${decision.why}`;
  return decision.kind === "accept" ? `accept ${decision.lineage}${decision.by ?? ""}` : decision.kind;
};

describe("a branch", () => {
  test.each([
    ["on first sight is accepted with a lineage of its own", { accepted: undefined }, "accept new"],
    ["at the accepted tip is unchanged", { candidate: at("a") }, "unchanged"],
    ["at a descendant is accepted, its lineage kept", { descends: "yes" as const }, "accept kept"],
    ["at an unrelated commit diverges at once", {}, "hold diverged"],
    ["whose accepted tip a complete store lacks diverges", { descends: "missing" as const }, "hold diverged"],
    ["that is gone is held, not removed", { candidate: undefined }, "hold gone"],
    ["that comes back at its tip is followed again", { candidate: at("a"), hold: "gone" as const }, "unchanged"],
    [
      "that comes back beyond its tip is followed again",
      { descends: "yes" as const, hold: "gone" as const },
      "accept kept",
    ],
    [
      "that diverged and moved back is followed again once its rewrite is excused",
      { candidate: at("a"), hold: "diverged" as const, lifted: "o" },
      "unchanged",
    ],
    [
      "that diverged and goes on from its tip again is followed once its rewrite is excused",
      { descends: "yes" as const, hold: "diverged" as const, lifted: "o" },
      "accept kept",
    ],
    [
      "that diverged to yet another history is not excused by what excuses the first",
      { hold: "diverged" as const, lifted: "o" },
      "hold diverged",
    ],
    ["that diverged stays held when it moves back", { candidate: at("a"), hold: "diverged" as const }, "hold diverged"],
    [
      "that diverged stays held at a descendant",
      { descends: "yes" as const, hold: "diverged" as const },
      "hold diverged",
    ],
    ["that diverged and vanished still diverges", { candidate: undefined, hold: "diverged" as const }, "hold diverged"],
    ["that diverged is lifted by an Override of both ids", { hold: "diverged" as const, lift: "o" }, "accept newo"],
    ["is lifted before it was ever held", { lift: "o" }, "accept newo"],
    ["that descends does not use an Override up", { descends: "yes" as const, lift: "o" }, "accept kept"],
  ])("%s", (_title, part, decision) => expect(decisionOf(part)).toBe(decision));
});

describe("a branch that is behind its accepted tip", () => {
  const older = { precedes: "yes" as const };
  test.each([
    ["is stale at first", { ...older }, "stale"],
    [
      "is stale at the third poll within a minute",
      { ...older, behind: { polls: 2, sinceMs: 0 }, nowMs: 59_999 },
      "stale",
    ],
    [
      "is stale at the second poll after an hour",
      { ...older, behind: { polls: 1, sinceMs: 0 }, nowMs: 3_600_000 },
      "stale",
    ],
    [
      "is held at the third poll after a minute",
      { ...older, behind: { polls: 2, sinceMs: 0 }, nowMs: 60_000 },
      "hold behind",
    ],
    ["stays held from then on", { ...older, hold: "behind" as const }, "hold behind"],
    ["is followed again at its accepted tip", { candidate: at("a"), hold: "behind" as const }, "unchanged"],
    ["is followed again beyond its accepted tip", { descends: "yes" as const, hold: "behind" as const }, "accept kept"],
    ["is lifted by an Override of both ids", { ...older, hold: "behind" as const, lift: "o" }, "accept newo"],
  ])("%s", (_title, part, decision) => expect(decisionOf(part)).toBe(decision));

  test("counts from its first stale poll", () => {
    const first = decideTip(question({ ...older, nowMs: 5 }));
    expect(first).toEqual({ kind: "stale", behind: { polls: 1, sinceMs: 5 } });
    expect(decideTip(question({ ...older, behind: { polls: 1, sinceMs: 5 }, nowMs: 10 }))).toEqual({
      kind: "stale",
      behind: { polls: 2, sinceMs: 5 },
    });
  });
});

describe("a tag", () => {
  test.each([
    ["that points where it did is unchanged", { candidate: at("a") }, "unchanged"],
    ["that moved to a descendant is held", { descends: "yes" as const }, "hold tag"],
    ["re-created as another object on the same commit is held", { candidate: at("t2", "a") }, "hold tag"],
    ["that moved and moved back stays held", { candidate: at("a"), hold: "tag" as const }, "hold tag"],
    ["that is gone is held", { candidate: undefined }, "hold gone"],
  ])("%s", (_title, part, decision) => expect(decisionOf({ ...part, kind: "tag" })).toBe(decision));
});

describe("the fleet", () => {
  test.each([
    [
      "that diverged ends its hold with a descendant",
      { descends: "yes" as const, hold: "diverged" as const },
      "accept kept",
    ],
    ["that diverged ends its hold at its accepted tip", { candidate: at("a"), hold: "diverged" as const }, "unchanged"],
    ["that diverged stays held otherwise", { hold: "diverged" as const }, "hold diverged"],
    ["is lifted by the start option", { hold: "diverged" as const, lift: "start" }, "accept newstart"],
  ])("%s", (_title, part, decision) => expect(decisionOf({ ...part, isFleet: true })).toBe(decision));
});
