import { DeadLetter } from "@evenkeel/contracts";
import { describe, expect, test } from "vitest";

import { at, held, observed, sha } from "../story/story.fixture.ts";
import { emptySource, foldCommitObserved, foldSourceCondition } from "./source-record.ts";
import { sourceStatus } from "./source-status.ts";

const none = emptySource("shop");
const letter = (message: string, second: number): DeadLetter =>
  DeadLetter.fromPartial({
    consumer: "planner",
    attempts: 1,
    firstAt: at(1),
    lastAt: at(second),
    reason: { code: "Unexpected", message },
  });
const letters = new Map([
  ["older", letter("older", 5)],
  ["newer", letter("newer", 9)],
  ["oldest", { ...letter("oldest", 1), lastAt: undefined }],
]);
const failing = { ...held(), hold: undefined, error: { code: "AuthFailed", message: "no", remedy: "" } };

test("a source of which nothing is known says nothing, and nothing ails it", () => {
  expect(sourceStatus(none)).toEqual({
    source: "shop",
    revision: "",
    seq: 0n,
    gitRef: "",
    url: "",
    acceptedAt: undefined,
    condition: undefined,
  });
});

test("a source is at its last accepted tip", () => {
  expect(sourceStatus(foldCommitObserved(none, observed(3, "c")))).toMatchObject({
    revision: sha("c"),
    seq: 3n,
    acceptedAt: at(3),
  });
});

describe("what ails a source", () => {
  test.each([
    ["is what it tells itself", foldSourceCondition(none, failing), "no"],
    ["is the newest of what was set aside of it", { ...none, letters }, "set aside by planner after 1 try: newer"],
    ["is its own error first", { ...foldSourceCondition(none, failing), letters }, "no"],
    [
      "is what was set aside, beside a hold",
      { ...foldSourceCondition(none, held()), letters },
      "set aside by planner after 1 try: newer",
    ],
    ["is nothing where nothing was told", none, undefined],
  ])("%s", (_title, record, message) => {
    expect(sourceStatus(record).condition?.error?.message).toBe(message);
  });

  test("is told beside its hold, which stays", () => {
    const record = { ...foldSourceCondition(none, held()), letters };
    expect(sourceStatus(record).condition).toMatchObject({ hold: held().hold, errorSince: at(1) });
  });
});
