import { replicated } from "./scenario.ts";
import type { Scenario, Step } from "./scenario.ts";

/** Whether a scenario still shows what is to be shown. */
export type Shows = (scenario: Scenario) => Promise<boolean>;

const withSteps = (scenario: Scenario, steps: readonly Step[]): Scenario => ({ ...scenario, steps });

/** Leaves steps out, many at a time as long as that goes, then one by one (Zeller's ddmin, without its subsets). */
const fewerSteps = async (scenario: Scenario, shows: Shows): Promise<Scenario> => {
  let best = scenario;
  for (let size = Math.ceil(best.steps.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < best.steps.length;) {
      const tried = withSteps(best, best.steps.toSpliced(at, size));
      if (await shows(tried)) best = tried;
      else at += size;
    }
  }
  return best;
};

/** One of each where more are not needed, then half as many. */
const smallerPlans = ({ plan }: Scenario): readonly Scenario["plan"][] => [
  ...(plan.busServers > 1 ? [{ ...plan, busServers: 1 as const }] : []),
  ...replicated.flatMap((name) =>
    plan.replicas[name] > 1 ? [{ ...plan, replicas: { ...plan.replicas, [name]: 1 } }] : [],
  ),
  ...(["clusters", "repositories", "applications"] as const).flatMap((of) =>
    [1, Math.ceil(plan[of] / 2)].flatMap((count) => (count < plan[of] ? [{ ...plan, [of]: count }] : [])),
  ),
];

const smallerWorld = async (scenario: Scenario, shows: Shows): Promise<Scenario> => {
  for (const plan of smallerPlans(scenario)) {
    const tried = { ...scenario, plan };
    if (await shows(tried)) return smallerWorld(tried, shows);
  }
  return scenario;
};

/** The end of the trouble right after its last step, where that is enough. */
const sooner = async (scenario: Scenario, shows: Shows): Promise<Scenario> => {
  const tried = { ...scenario, calmMs: (scenario.steps.at(-1)?.atMs ?? 0) + 1 };
  return (await shows(tried)) ? tried : scenario;
};

/** The least that was found to show it, by so many runs at most. */
export const shrink = async (scenario: Scenario, shows: Shows, mostRuns = 200): Promise<Scenario> => {
  let runs = 0;
  const within: Shows = async (tried) => (runs += 1) <= mostRuns && shows(tried);
  let best = scenario;
  for (;;) {
    const before = best;
    best = await sooner(await smallerWorld(await fewerSteps(best, within), within), within);
    if (best.steps.length === before.steps.length && JSON.stringify(best.plan) === JSON.stringify(before.plan))
      return best;
  }
};
