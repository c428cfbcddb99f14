import type { Scenario, Step } from "../scenario/scenario.ts";
import type { ScenarioName } from "../scenario/scenarios.ts";

/** The least scenario that showed a fault, which was mended: it is run again for ever, whatever seeds come to mean. */
export interface KeptScenario {
  /** What was wrong, in a sentence. */
  readonly was: string;
  readonly scenario: Scenario;
}

const oneOfEach = (seed: number, ...steps: readonly Step[]): Scenario => ({
  seed,
  plan: {
    replicas: { "source-watcher": 1, renderer: 1, "drift-detector": 1, applier: 1, "status-api": 1 },
    busServers: 1,
    clusters: 1,
    repositories: 1,
    applications: 1,
  },
  steps,
  calmMs: (steps.at(-1)?.atMs ?? 0) + 1,
});

export const keptScenarios: readonly KeptScenario[] = [
  {
    was: "a replica whose date was set back did not reconnect to the bus until it had caught up",
    scenario: oneOfEach(
      21,
      { atMs: 57_373, act: { kind: "clock-jump", service: "source-watcher", replica: 782, byMs: -2_224_880 } },
      { atMs: 59_346, act: { kind: "bus-tail-lost", messages: 30 } },
      { atMs: 61_608, act: { kind: "rename-app", app: 881 } },
    ),
  },
  {
    was: "an event that was never sent was missed for ever: nothing was listed anew",
    scenario: oneOfEach(
      91,
      { atMs: 17_238, act: { kind: "event-hidden", cluster: 723, count: 3 } },
      { atMs: 29_756, act: { kind: "edit-live", cluster: 462, object: 961 } },
    ),
  },
];

/** The least scenario of what is not mended yet; it goes above with the mend. */
export interface OpenScenario {
  /** What is wrong, in a sentence. */
  readonly is: string;
  readonly scenario: Scenario;
}

export const openScenarios: readonly OpenScenario[] = [
  {
    is: "an object whose deletion was asked about at a replica with an old view is taken to be there for ever",
    scenario: {
      ...oneOfEach(
        63,
        { atMs: 1_772, act: { kind: "old-view", cluster: 289, forMs: 13_586 } },
        { atMs: 2_312, act: { kind: "delete-live", cluster: 52, object: 565 } },
      ),
      calmMs: 9_018,
    },
  },
];

/** A seed that shows what is not mended yet; its least scenario goes above with the mend. */
export interface OpenSeed {
  readonly profile: ScenarioName;
  readonly seed: number;
  /** What is wrong, in a sentence. */
  readonly is: string;
}

export const openSeeds: readonly OpenSeed[] = [
  { profile: "all", seed: 3, is: "an edit by hand of a renamed application's object is not put back" },
];
