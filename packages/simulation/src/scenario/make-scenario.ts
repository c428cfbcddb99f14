import { seeded } from "../time/seeded.ts";
import type { Seeded } from "../time/seeded.ts";
import { makeAct } from "./act-kinds.ts";
import type { Profile } from "./profiles.ts";
import { replicated } from "./scenario.ts";
import type { ActKind, Replicated, Scenario, Step } from "./scenario.ts";

/** From 1 up to it, one as often as any other. */
const upTo = (most: number, chance: Seeded): number => 1 + chance.below(most);

const between = ([least, most]: readonly [number, number], chance: Seeded): number =>
  least + chance.below(most - least + 1);

const drawKind = (weights: Profile["weights"], chance: Seeded): ActKind => {
  const rows = Object.entries(weights) as readonly (readonly [ActKind, number])[];
  let left = chance.chance() * rows.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [kind, weight] of rows) if ((left -= weight) < 0) return kind;
  throw new RangeError("a profile has no kinds");
};

/** What one seed does under a profile: the same each time. */
export const makeScenario = (seed: number, profile: Profile): Scenario => {
  const chance = seeded(seed);
  const [size, acts] = [chance.fork("size"), chance.fork("acts")];
  const replicas = Object.fromEntries(replicated.map((name) => [name, upTo(profile.replicas, size)])) as Record<
    Replicated,
    number
  >;
  const spanMs = between(profile.spanMs, size);
  const steps = Array.from({ length: between(profile.steps, size) }, (): Step => {
    const atMs = acts.below(spanMs);
    return { atMs, act: makeAct(drawKind(profile.weights, acts), acts) };
  });
  return {
    seed,
    plan: {
      replicas,
      busServers: profile.replicas > 1 && size.often(0.5) ? 3 : 1,
      clusters: upTo(profile.clusters, size),
      repositories: upTo(profile.repositories, size),
      applications: upTo(profile.applications, size),
    },
    steps: steps.toSorted((a, b) => a.atMs - b.atMs),
    calmMs: spanMs,
  };
};
