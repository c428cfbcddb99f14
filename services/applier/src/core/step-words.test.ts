import type { TakenField } from "@evenkeel/drift";
import { expect, test } from "vitest";

import { resultsOf } from "./step-words.ts";
import type { StepEnd } from "./step-words.ts";

type End = StepEnd<readonly TakenField[]>;
const replicas = { path: "spec.replicas", manager: "hpa", before: "5", after: "3" };
const failed = (code: string): End => ({ kind: "failed", reason: { code } });

test.each<readonly [string, readonly End[], readonly string[]]>([
  ["no step says nothing", [], []],
  ["a step that was made is done", [{ kind: "done", value: [] }], ["done"]],
  ["a step that failed names its code alone: a message may be long", [failed("Forbidden")], ["failed:Forbidden"]],
  ["a step that was never reached was not tried", [{ kind: "not-tried" }], ["not-tried"]],
  ["a step that was stopped before its write was not tried either", [{ kind: "stopped" }], ["not-tried"]],
  [
    "each step has a word, in the order of the plan",
    [{ kind: "done", value: [] }, failed("Conflict"), { kind: "not-tried" }, failed("Conflict")],
    ["done", "failed:Conflict", "not-tried", "failed:Conflict"],
  ],
])("%s", (_title, steps, words) => {
  expect(resultsOf(steps, (taken) => taken).map(({ result }) => result)).toEqual(words);
});

test("only what was done may have taken something of others", () => {
  const steps: readonly End[] = [{ kind: "done", value: [replicas] }, failed("Conflict"), { kind: "stopped" }];
  expect(resultsOf(steps, (taken) => taken).map(({ taken }) => taken)).toEqual([[replicas], undefined, undefined]);
  expect(resultsOf(steps).map(({ taken }) => taken)).toEqual([[], undefined, undefined]);
});
