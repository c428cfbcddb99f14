import { describe, expect, test } from "vitest";

import { faultKinds, workKinds } from "./act-kinds.ts";
import { makeScenario } from "./make-scenario.ts";
import { profiles } from "./profiles.ts";
import type { Profile } from "./profiles.ts";

const rows = Object.entries(profiles) as readonly (readonly [string, Profile])[];

describe.each(rows)("profile %s", (_, profile) => {
  const made = Array.from({ length: 300 }, (_unused, seed) => makeScenario(seed, profile));

  test("makes of one seed one scenario, and of two seeds two", () => {
    expect(makeScenario(7, profile)).toEqual(makeScenario(7, profile));
    expect(new Set(made.map((each) => JSON.stringify({ ...each, seed: 0 }))).size).toBe(made.length);
  });

  test("stays within what it says, and reaches all of it", () => {
    const kinds = new Set(made.flatMap(({ steps }) => steps.map(({ act }) => act.kind)));
    expect([...kinds].toSorted()).toEqual(Object.keys(profile.weights).toSorted());
    for (const of of ["clusters", "repositories", "applications"] as const) {
      expect(new Set(made.map(({ plan }) => plan[of])).size).toBe(profile[of]);
      expect(Math.max(...made.map(({ plan }) => plan[of]))).toBe(profile[of]);
    }
    for (const { steps, calmMs } of made) {
      expect(steps.length).toBeGreaterThanOrEqual(profile.steps[0]);
      expect(steps.length).toBeLessThanOrEqual(profile.steps[1]);
      expect(steps.map(({ atMs }) => atMs)).toEqual(steps.map(({ atMs }) => atMs).toSorted((a, b) => a - b));
      expect(steps.every(({ atMs }) => atMs < calmMs)).toBe(true);
    }
  });
});

test("every kind of act is in the profile that has everything", () => {
  // A cluster that was restored from a backup: what follows is not all mended yet (profile all, seed 5012, when it had it).
  const without = new Set<string>(["cluster-restored"]);
  const kinds = [...workKinds, ...faultKinds].filter((kind) => !without.has(kind));
  expect(Object.keys(profiles.all.weights).toSorted()).toEqual(kinds.toSorted());
});
