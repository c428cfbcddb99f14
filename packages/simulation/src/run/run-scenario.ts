import type { Violation } from "../oracles/violation.ts";
import type { Scenario } from "../scenario/scenario.ts";
import type { BusBeginning } from "../world/world-bus.ts";
import type { Told } from "../world/story.ts";
import { openWorld } from "../world/world.ts";
import type { Judged, World } from "../world/world.ts";
import { doAct } from "./do-act.ts";
import { behind, unlike } from "./judge-end.ts";
import { nothingYet } from "./remembered.ts";
import type { Remembered } from "./remembered.ts";

/** What became of one scenario. */
export interface Outcome {
  /** Of a scenario that shows a violation the least that was found to. */
  readonly scenario: Scenario;
  readonly violations: readonly Violation[];
  readonly story: readonly Told[];
  /** Of all that happened: two runs of one scenario have the same. */
  readonly digest: string;
  readonly events: number;
  /** Of the world's time, from the beginning to when all was as it should be. */
  readonly virtualMs: number;
  /** Acts that were done, by kind. */
  readonly done: Readonly<Record<string, number>>;
  readonly restarts: number;
  /** How often each message was logged, by service. */
  readonly said: Readonly<Record<string, number>>;
}

/** Before anything is done all is brought up, so that a scenario is about what it does. */
const BEGIN_MS = 2_000;
/** A poll of every source and a minute (invariant version.stable), and what back-off may add to that. */
const STABLE_MS = 10_000 + 60_000 + 300_000;
/** What a world may come to at most: more is a storm. */
const MOST_EVENTS = 400_000;
/** So often the world is looked at for having become what is wanted. */
const LOOK_MS = 1_000;

/** After so many acts a backup of every cluster is taken. */
const BACKUP_EVERY = 4;

const backUp = ({ clusters }: World, { clusterBackups }: Remembered): void => {
  for (const { name, present } of clusters) {
    const snapshot = present.store.snapshot?.();
    if (snapshot !== undefined) clusterBackups.set(name, { of: present, snapshot });
  }
};

const runUntil = async (world: World, untilMs: number): Promise<boolean> => {
  while (await world.step(untilMs)) if (world.time.events > MOST_EVENTS) return false;
  return true;
};

/** Runs one scenario to its end. To be called with virtual globals, one at a time. */
export const runScenario = async (scenario: Scenario, beginning: BusBeginning, judged: Judged): Promise<Outcome> => {
  const world = await openWorld(scenario.seed, scenario.plan, beginning, judged);
  const { time, violations, story } = world;
  const remembered = nothingYet();
  const done: Record<string, number> = {};
  const tell = (invariant: string, what: string): void => void violations.push({ invariant, what, atMs: time.nowMs() });
  const storm = (): void => tell("write.quiet", `${time.events} events in ${time.nowMs()} ms of the world's time`);

  let isWhole = await runUntil(world, BEGIN_MS);
  backUp(world, remembered);
  for (const [n, { atMs, act }] of scenario.steps.entries()) {
    if (!isWhole || violations.length > 0) break;
    isWhole = await runUntil(world, BEGIN_MS + atMs);
    const what = await world.own.run(() => doAct(act, world, remembered));
    if (n % BACKUP_EVERY === BACKUP_EVERY - 1) backUp(world, remembered);
    if (what === undefined) continue;
    done[act.kind] = (done[act.kind] ?? 0) + 1;
    story.tell(time.nowMs(), "WORLD", `${act.kind}: ${what}`);
  }
  isWhole &&= await runUntil(world, BEGIN_MS + scenario.calmMs);
  for (const undo of remembered.undo) undo();
  story.tell(time.nowMs(), "WORLD", "nothing goes wrong from here on");

  const wrong = (): readonly string[] => [...behind(world), ...unlike(world)];
  const endMs = time.nowMs() + STABLE_MS;
  while (isWhole && violations.length === 0 && wrong().length > 0 && time.nowMs() < endMs)
    isWhole = await runUntil(world, time.nowMs() + LOOK_MS);
  if (!isWhole) storm();
  else if (violations.length === 0)
    for (const each of wrong()) tell("version.stable", `${each}, ${STABLE_MS / 1000} s after the last fault`);
  const outcome = {
    scenario,
    violations: [...violations],
    story: story.last(),
    digest: story.digest(),
    events: time.events,
    virtualMs: time.nowMs(),
    done,
    said: Object.fromEntries(world.said),
    restarts: world.replicas.reduce((sum, { restarts }) => sum + restarts, 0),
  };
  for (const { process } of world.replicas) process.kill();
  return outcome;
};
