import { describe, expect, test } from "vitest";

import { callRetryMs, retryDelayMs } from "./retry-delay.ts";

describe("the next look after", () => {
  test.each([
    ["the first failure is a second away", 1, 0.5, 1_000],
    ["the second is twice as far", 2, 0.5, 2_000],
    ["the sixth is the last that doubles", 6, 0.5, 32_000],
    ["the seventh is a minute away", 7, 0.5, 60_000],
    ["ever so many is no further", 5_000, 0.5, 60_000],
    ["a failure is a fifth nearer at the least", 1, 0, 800],
    ["a failure is a fifth further at the most", 1, 1, 1_200],
    ["ever so many is spread as well, or all would meet", 5_000, 1, 72_000],
  ])("%s", (_title, attempts, chance, ms) => expect(retryDelayMs(attempts, chance)).toBe(ms));
});

describe("one call is tried again", () => {
  test.each([
    ["after a tenth of a second", 1, 0.5, 100],
    ["after twice that", 2, 0.5, 200],
    ["after as long as it takes: its caller says how often", 11, 0.5, 102_400],
    ["earlier or later, so that many calls do not meet", 1, 0, 80],
  ])("%s", (_title, tries, chance, ms) => expect(callRetryMs(tries, chance)).toBe(ms));
});
