import { systemClock } from "@evenkeel/machine";
import { expect, test } from "vitest";

import { elapsedMs, momentOf } from "./own-clock.ts";

test.each([
  ["both clocks run", 5000, 5000, 5000],
  ["the machine slept", 1000, 61_000, 61_000],
  ["the boot-time clock runs ahead by what its reading may", 1000, 1900, 1000],
  ["the boot-time clock has not been read anew", 1000, 0, 1000],
])("%s", (_title, monotonicMs, bootMs, elapsed) => {
  let passed = { monotonicMs: 0, bootMs: 0 };
  const clock = {
    ...systemClock,
    monotonic: () => 7 + passed.monotonicMs,
    sinceBoot: () => 1_000_000 + passed.bootMs,
  };
  const before = momentOf(clock);
  passed = { monotonicMs, bootMs };
  expect(elapsedMs(clock, before)).toBe(elapsed);
});
