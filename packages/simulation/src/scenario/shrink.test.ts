import { describe, expect, test } from "vitest";

import { makeScenario } from "./make-scenario.ts";
import { profiles } from "./profiles.ts";
import { shrink } from "./shrink.ts";

const scenario = { ...makeScenario(12, profiles.all), calmMs: 1_000_000 };

describe("a scenario that shows a fault", () => {
  test("is left with the steps and the world that it takes", async () => {
    const needed = [scenario.steps[1], scenario.steps.at(-2)];
    const least = await shrink(
      scenario,
      async ({ plan, steps }) => plan.clusters >= 1 && needed.every((step) => steps.includes(step!)),
    );
    expect(least.steps).toEqual(needed);
    expect(least.plan).toMatchObject({ clusters: 1, repositories: 1, applications: 1 });
    expect(Object.values(least.plan.replicas)).toEqual([1, 1, 1, 1, 1]);
    expect(least.calmMs).toBe((needed[1]?.atMs ?? 0) + 1);
  });

  test("stays as it is where all of it is needed", async () => {
    expect(await shrink(scenario, async (tried) => tried === scenario)).toEqual(scenario);
  });

  test("costs at most so many runs", async () => {
    let runs = 0;
    await shrink(scenario, async () => (runs += 1) > 0 && runs % 7 === 0, 25);
    expect(runs).toBeLessThanOrEqual(25);
  });
});
