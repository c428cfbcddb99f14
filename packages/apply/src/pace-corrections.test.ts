import { describe, expect, test } from "vitest";

import {
  CONTEST_WINDOW_MS,
  afterCorrection,
  afterRival,
  isContested,
  nextCorrectionAt,
  noContest,
  roundsOf,
} from "./pace-corrections.ts";
import type { Contest } from "./pace-corrections.ts";

const second = 1_000;

/** A rival that writes `gap` after each correction, so many times; gives how long each write stood. */
const play = (gap: number, writes: number) => {
  let contest: Contest = noContest;
  let now = 1_000_000;
  const stood: number[] = [];
  for (let n = 0; n < writes; n += 1) {
    now += gap;
    contest = afterRival(contest, now);
    const at = Math.max(now, nextCorrectionAt(contest));
    stood.push(at - now);
    contest = afterCorrection(contest, at);
    now = at;
  }
  return { contest, now, stood };
};

describe("corrections of a path", () => {
  test.each([
    ["by a person every 2 s, a hundred times, are all made at once", 2 * second, 100, 0],
    ["by a person every 30 s are all made at once", 30 * second, 40, 0],
    ["by a rival that answers each at once are made at once ten times", 10, 10, 0],
  ])("of writes %s", (_title, gap, writes, longest) => {
    expect(Math.max(...play(gap, writes).stood)).toBe(longest);
  });

  test("come at a falling rate while a rival answers each at once, and never rarer than once a minute", () => {
    const stood = play(0, 20).stood.slice(10);
    expect(stood.slice(0, 6)).toEqual([1, 2, 4, 8, 16, 32].map((s) => s * second));
    expect(stood.slice(6)).toEqual([60, 60, 60, 60].map((s) => s * second));
  });

  test("never end, however long the rival goes on", () => {
    const { stood } = play(5, 500);
    expect(stood).toHaveLength(500);
    expect(Math.max(...stood)).toBeLessThanOrEqual(60 * second);
  });

  test("are at once again half a minute after the rival has stopped", () => {
    const { contest, now } = play(0, 30);
    expect(nextCorrectionAt(afterRival(contest, now + 30 * second))).toBeLessThanOrEqual(now + 30 * second);
  });

  test("are a contest from the eleventh within ten minutes on, at once or not, until it is quiet for ten minutes", () => {
    const fast = play(0, 10);
    expect(isContested(fast.contest, fast.now)).toBe(false);
    const slow = play(5 * second, 11);
    expect(isContested(slow.contest, slow.now)).toBe(true);
    expect(roundsOf(slow.contest, slow.now)).toBe(11);
    expect(isContested(slow.contest, slow.now + CONTEST_WINDOW_MS)).toBe(false);
  });

  test("made while the rival's write stands count its silence once", () => {
    const { contest, now } = play(0, 30);
    const seen = afterRival(contest, now + 10);
    expect(afterRival(seen, now + 50 * second)).toEqual(seen);
  });
});
