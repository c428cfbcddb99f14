import { crashPoint } from "./crash-points.ts";
import { makeScenario } from "./make-scenario.ts";
import { profiles } from "./profiles.ts";
import type { ProfileName } from "./profiles.ts";
import type { Scenario } from "./scenario.ts";

/** What seeds can be made into. */
export type ScenarioName = ProfileName | "crash-points";

interface Kind {
  readonly about: string;
  readonly of: (seed: number) => Scenario;
}

const ofProfile = (name: ProfileName): Kind => ({
  about: profiles[name].about,
  of: (seed) => makeScenario(seed, profiles[name]),
});

export const scenarios: Readonly<Record<ScenarioName, Kind>> = {
  calm: ofProfile("calm"),
  small: ofProfile("small"),
  replicas: ofProfile("replicas"),
  all: ofProfile("all"),
  "crash-points": { about: "one day, and a process that dies at one step: seed by seed at every one", of: crashPoint },
};
