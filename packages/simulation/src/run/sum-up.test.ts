import { expect, test } from "vitest";

import { makeScenario } from "../scenario/make-scenario.ts";
import { profiles } from "../scenario/profiles.ts";
import { foundLines } from "./find-bugs.ts";
import type { Outcome } from "./run-scenario.ts";
import { nothing, sumLines, withOutcome } from "./sum-up.ts";

const outcome = (seed: number, given: Partial<Outcome> = {}): Outcome => ({
  scenario: makeScenario(seed, profiles.calm),
  violations: [],
  story: [],
  digest: "",
  events: 1000,
  virtualMs: 3_600_000,
  done: { kill: 1 },
  said: { "applier: unit applied": 2 },
  restarts: 1,
  ...given,
});

test("many outcomes are one sum, with the seeds that failed", () => {
  const bad = outcome(2, {
    done: { kill: 2, stop: 1 },
    violations: [{ invariant: "write.audit", what: "x", atMs: 1 }],
  });
  const sum = [outcome(1), bad].reduce(withOutcome, nothing);
  expect(sum.failed).toEqual([2]);
  expect(sumLines(sum, 4)).toEqual([
    "2 seeds in 4.0 s: 0.5 a second; 2000 events, 2.0 hours of the world's time, 4 acts, 2 restarts",
    "  kill              3",
    "  stop              1",
  ]);
  expect(sumLines(sum, 4, true).at(-1)).toBe("         4  applier: unit applied");
});

test("planted bugs are told by how hard they were to find, those that were not last", () => {
  const lines = foundLines([
    { bug: "missed", seeds: 20, invariants: [] },
    { bug: "hard", seeds: 9, invariants: ["version.monotone"] },
    { bug: "easy", seeds: 1, invariants: ["write.audit", "version.stable"] },
  ]);
  expect(lines.map((line) => line.trim().split(/\s+/)[0])).toEqual(["easy", "hard", "missed", "2"]);
  expect(lines.at(-1)).toBe("2 of 3 planted bugs found, the median after 9 seeds");
});
