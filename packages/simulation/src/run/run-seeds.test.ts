import { expect, test } from "vitest";

import type { Options } from "./options.ts";
import type { Outcome } from "./run-scenario.ts";
import { runKept, runSeeds } from "./run-seeds.ts";
import { keptScenarios, openScenarios, openSeeds } from "./kept-seeds.fixture.ts";

const run = async (
  profile: Options["profile"],
  seeds: readonly number[],
  bug?: string,
): Promise<readonly Outcome[]> => {
  const outcomes: Outcome[] = [];
  for (const from of seeds)
    await runSeeds(
      { profile, shrink: 0, status: false, bug, from, seeds: 1, workers: 1 },
      (outcome) => outcomes.push(outcome),
      () => false,
    );
  return outcomes;
};
const range = async (profile: Options["profile"], from: number, seeds: number): Promise<readonly Outcome[]> => {
  const outcomes: Outcome[] = [];
  await runSeeds(
    { profile, shrink: 0, status: false, bug: undefined, from, seeds, workers: 2 },
    (outcome) => outcomes.push(outcome),
    () => false,
  );
  return outcomes;
};
const violationsOf = (outcomes: readonly Outcome[]): readonly string[] =>
  outcomes.flatMap(({ scenario: { seed }, violations }) =>
    violations.map(({ invariant, what }) => `seed ${seed}: ${invariant}: ${what}`),
  );

test("a seed is one run, in whichever process and after whatever else", async () => {
  const [alone] = await run("replicas", [3]);
  const after = (await range("replicas", 2, 2)).find(({ scenario }) => scenario.seed === 3);
  expect(alone?.digest).toBe(after?.digest);
  expect(alone?.events).toBeGreaterThan(1_000);
}, 300_000);

test.each<[Options["profile"], number]>([
  ["calm", 4],
  ["small", 12],
])(
  "every invariant holds in profile %s, for %d seeds that stay and as many new ones",
  async (profile, seeds) => {
    const fresh = 1_000_000 + Math.floor(Math.random() * 1_000_000);
    console.log(`new seeds of profile ${profile} from ${fresh}`);
    expect(violationsOf([...(await range(profile, 1, seeds)), ...(await range(profile, fresh, seeds))])).toEqual([]);
  },
  600_000,
);

// Seeds that stay alone: what new ones find there is not all mended yet (openSeeds).
test.each<[Options["profile"], number]>([
  ["replicas", 6],
  ["all", 4],
])(
  "every invariant holds in profile %s, for the first %d seeds but those that are open",
  async (profile, seeds) => {
    const isOpen = (seed: number): boolean => openSeeds.some((open) => open.profile === profile && open.seed === seed);
    const wanted = Array.from({ length: seeds }, (_, n) => n + 1).filter((seed) => !isOpen(seed));
    expect(violationsOf(await run(profile, wanted))).toEqual([]);
  },
  600_000,
);

test.each(keptScenarios)(
  "it is so no more that $was",
  async ({ scenario }) => {
    const outcome = await runKept(scenario);
    expect(outcome?.done).toEqual(Object.fromEntries(scenario.steps.map(({ act }) => [act.kind, 1])));
    expect(violationsOf(outcome === undefined ? [] : [outcome])).toEqual([]);
  },
  300_000,
);

// Red once it is mended: then it belongs to what is kept.
test.each(openScenarios)(
  "it is still so that $is",
  async ({ scenario }) => {
    expect((await runKept(scenario))?.violations.map(({ invariant }) => invariant)).toEqual(["version.stable"]);
  },
  300_000,
);
