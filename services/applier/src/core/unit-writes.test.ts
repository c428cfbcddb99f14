import { writesDigest } from "@evenkeel/apply";
import type { PlannedWrite } from "@evenkeel/apply";
import { Finding, Verdict } from "@evenkeel/contracts";
import { formatRef } from "@evenkeel/words";
import { describe, expect, test } from "vitest";

import { noVersion } from "./unit-version.ts";
import { intentOf, interruptedOutcome, outcomeOf } from "./unit-writes.ts";
import type { RunRecord, WriteEnd } from "./unit-writes.ts";

const write = (name: string, verb: PlannedWrite["verb"] = "update"): PlannedWrite => ({
  verb,
  ref: { group: "", kind: "ConfigMap", namespace: "shop", name },
  content: `content-of-${name}`,
});
const record = (writes: readonly PlannedWrite[], drift?: RunRecord["drift"]): RunRecord => ({
  run: "r1",
  unit: { cluster: "prod", app: "web", appUid: "uid" },
  version: noVersion,
  digest: "sha256:desired",
  planDigest: "plan",
  revision: "3f9c2ab",
  traceId: "trace",
  writes,
  ...(drift === undefined ? {} : { drift }),
});
const many = Array.from({ length: 25 }, (_none, n) => write(`m${n}`));
const done: WriteEnd = { result: "done" };
const namesOf = ({
  writes,
}: {
  readonly writes: readonly { readonly ref?: { readonly name: string } | undefined }[];
}) => writes.map(({ ref }) => ref?.name);

describe("an intent", () => {
  test.each([
    ["of nothing is empty", [], []],
    ["names what is to be written, in the order of the plan", [write("b"), write("a")], ["b", "a"]],
    ["names 20 of many", many, many.slice(0, 20).map(({ ref }) => ref.name)],
  ])("%s", (_title, writes, names) => expect(namesOf(intentOf(record(writes)))).toEqual(names));

  test("counts all, and names all by one digest", () => {
    const intent = intentOf(record(many));
    expect([intent.writeCount, intent.writesDigest]).toEqual([25, writesDigest(many)]);
    expect(intentOf(record(many.slice(0, 24))).writesDigest).not.toBe(intent.writesDigest);
  });

  test("has no result yet, and of a delete no digest: what it has there is a uid", () => {
    const { result, writes } = intentOf(record([write("a", "create"), write("b", "delete")]));
    expect(result).toBe("");
    expect(writes.map(({ digest, result: word }) => [digest, word])).toEqual([
      ["content-of-a", ""],
      ["", ""],
    ]);
  });
});

describe("an outcome", () => {
  const taken = (count: number) =>
    Array.from({ length: count }, (_none, n) => ({ path: `spec.f${n}`, manager: "hpa", before: "1", after: "2" }));
  const outcome = (ends: readonly WriteEnd[], writes = [write("a"), write("b"), write("c")]) =>
    outcomeOf(record(writes), ends, "applied", 9n);

  test("is of the same run and the same writes as its intent, with a result and the inventory it led to", () => {
    const { writes: _intended, result: _none, inventoryRevision: _before, ...intent } = intentOf(record(many));
    expect(outcomeOf(record(many), [], "failed", 9n)).toMatchObject({
      ...intent,
      result: "failed",
      inventoryRevision: 9n,
    });
  });

  test.each<readonly [string, readonly WriteEnd[], readonly string[]]>([
    ["what was done, in the order of the plan", [done, done, done], ["a done", "b done", "c done"]],
    ["what nobody came to as not tried", [done], ["b not-tried", "c not-tried", "a done"]],
    [
      "what failed before what was done",
      [done, done, { result: "failed:Conflict" }],
      ["c failed:Conflict", "a done", "b done"],
    ],
    [
      "what took something of others between the two",
      [done, { result: "done", taken: taken(1) }, { result: "failed:Conflict" }],
      ["c failed:Conflict", "b done", "a done"],
    ],
    ["nothing of a write that the plan does not have", [done, done, done, done], ["a done", "b done", "c done"]],
  ])("tells %s", (_title, ends, told) => {
    expect(outcome(ends).writes.map(({ ref, result }) => `${ref?.name} ${result}`)).toEqual(told);
  });

  test("shows 20 of many, and of these what failed, wherever it stood", () => {
    const ends = many.map((_write, index) => (index === 24 ? { result: "failed:Forbidden" } : done));
    const { writeCount, writes } = outcome(ends, many);
    expect([writeCount, writes.length, writes[0]?.ref?.name]).toEqual([25, 20, "m24"]);
  });

  test("counts all that was taken of others, and tells as much of it as an entry has room for", () => {
    const [first] = outcome([{ result: "done", taken: taken(500) }], [write("a")]).writes;
    expect(first?.takenCount).toBe(500);
    expect(first?.taken.length).toBeLessThanOrEqual(20);
    expect(first?.taken.length).toBeGreaterThan(0);
  });
});

describe("the outcome of a correction", () => {
  const finding = Finding.fromPartial({
    ref: write("a").ref,
    verdict: Verdict.DRIFT,
    fields: Array.from({ length: 100 }, (_none, n) => ({ path: `data.f${n}`, desired: "x".repeat(50), live: "y" })),
    managers: Array.from({ length: 9 }, (_none, n) => ({ name: `manager-${n}` })),
  });
  const corrected = outcomeOf(
    record([write("a"), write("b")], new Map([[formatRef(write("a").ref), finding]])),
    [{ result: "done", taken: [{ path: "p", manager: "hpa", before: "1", after: "2" }] }, done],
    "corrected",
    9n,
  ).writes;

  test("says what each write answers, within the room of an entry", () => {
    const drift = corrected.find(({ ref }) => ref?.name === "a")?.drift;
    expect([drift?.verdict, drift?.managers.length]).toEqual([Verdict.DRIFT, 5]);
    expect(drift?.fields[0]).toEqual(finding.fields[0]);
    expect(JSON.stringify(drift?.fields).length).toBeLessThan(2_000);
  });

  test("names whom it answers once: not again as what was taken of them", () => {
    expect(corrected.find(({ ref }) => ref?.name === "a")).toMatchObject({ taken: [], takenCount: 0 });
  });

  test("answers nothing where nothing was found about the object", () => {
    expect(corrected.find(({ ref }) => ref?.name === "b")?.drift).toBeUndefined();
  });
});

test("an intent whose owner is gone is closed as interrupted, and what became of each write as unknown", () => {
  const intent = intentOf(record([write("a"), write("b", "delete")]));
  const closed = interruptedOutcome(intent);
  expect([closed.run, closed.result, ...closed.writes.map(({ result }) => result)]).toEqual([
    "r1",
    "interrupted",
    "unknown",
    "unknown",
  ]);
  expect(intent.writes.map(({ result }) => result)).toEqual(["", ""]);
});
