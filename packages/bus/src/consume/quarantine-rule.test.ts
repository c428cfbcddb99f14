import { systemRng } from "@evenkeel/machine";
import { expect, test } from "vitest";

import { BusConflict, BusUnavailable } from "../bus-errors.ts";
import { isPassingFault } from "../wire/passing-fault.ts";
import { failedAgain, isHopeless, noTries, restMs, revisitMs } from "./quarantine-rule.ts";
import { wholeDelayMs } from "../wire/whole-delay.ts";

test.each([
  ["four tries in an hour", 4, 3_600_000, false],
  ["five tries in no time", 5, 4, false],
  ["a thousand tries in 59 s", 1000, 59_000, false],
  ["five tries in a minute", 5, 60_000, true],
])("%s: given up %s", (_title, tries, ms, hopeless) => {
  expect(isHopeless(tries, ms)).toBe(hopeless);
});

test("time is counted from the first failure that says something", () => {
  const one = failedAgain(noTries, true, 100);
  const two = failedAgain(one, false, 200);
  const three = failedAgain(failedAgain(two, true, 300), false, 400);
  expect(one).toEqual({ count: 1, telling: 0, since: 0 });
  expect(three).toEqual({ count: 4, telling: 2, since: 200 });
});

test("a message that ended its process too quickly rests for the remainder of the minute", () => {
  expect([restMs(4, 0), restMs(5, 20_000), restMs(9, 70_000)]).toEqual([0, 40_000, 0]);
});

test("what was set aside is looked at again from a minute on, at least once an hour and a fifth", () => {
  const [soonest, latest] = [0, 1].map((chance) => ({ ...systemRng, chance: () => chance }));
  expect(revisitMs(1, soonest!)).toBe(48_000);
  expect(revisitMs(1, latest!)).toBe(72_000);
  expect(revisitMs(50, latest!)).toBe(4_320_000);
});

test.each([
  [0, 1],
  [0.4, 1],
  [-5, 1],
  [999.000_001, 1000],
  [1234.5678, 1235],
  [Number.NaN, 1000],
  [Infinity, 2 ** 31 - 1],
  [1e300, 2 ** 31 - 1],
])("a delay of %s leaves us as %s whole milliseconds", (ms, whole) => {
  expect(wholeDelayMs(ms)).toBe(whole);
});

const coded = (code: string): Error => Object.assign(new Error(code), { code });

test.each<[string, unknown, boolean]>([
  ["the bus is away", new BusUnavailable("x"), true],
  ["somebody wrote in between", new BusConflict("x"), true],
  ["an address refuses", coded("ECONNREFUSED"), true],
  ["the disk is full", coded("ENOSPC"), true],
  ["what wraps an error that passes", new Error("ledger", { cause: new BusUnavailable("x") }), true],
  ["what wraps what wraps one", new Error("a", { cause: new Error("b", { cause: coded("ETIMEDOUT") }) }), true],
  ["all addresses of a host refuse", new AggregateError([coded("ECONNREFUSED"), coded("ETIMEDOUT")]), true],
  ["an error that says that it passes", Object.assign(new Error("api"), { passing: true }), true],
  [
    "an error that says it stays, whatever its cause",
    Object.assign(new Error("x", { cause: coded("EPIPE") }), { passing: false }),
    false,
  ],
  ["a mistake in our own code", new TypeError("undefined is not a function"), false],
  ["a file that is not there", coded("ENOENT"), false],
  ["a thrown text", "ECONNREFUSED", false],
])("passes by itself: %s", (_title, error, passes) => {
  expect(isPassingFault(error)).toBe(passes);
});

test("an error that is its own cause is looked at once", () => {
  const error = new Error("round");
  error.cause = error;
  expect(isPassingFault(error)).toBe(false);
});
