import { backOff, createRounds, eachApart } from "@evenkeel/async";
import { route } from "@evenkeel/bus";
import { FLEET_SOURCE, flows, sourceShardOf } from "@evenkeel/contracts";
import type { Unit } from "@evenkeel/contracts";

import { onCommitObserved } from "../on-commit-observed.ts";
import { planSource } from "./plan-source.ts";
import { openPlannedCommits } from "./planned-commits.ts";
import type { PlannerDeps } from "./planner-deps.ts";
import { readInputs } from "./read-inputs.ts";
import { tellProgress } from "./tell-planned.ts";
import type { SeenCommits } from "./watch-commits.ts";

export interface ShardDeps extends Omit<PlannerDeps, "planned"> {
  readonly commits: SeenCommits;
  /** Pending lists are told at most this often a source. */
  readonly progressMs: number;
}

const RETRY_MS = { first: 500, most: 30_000 };
const AT_ONCE = 32;

/**
 * Plans the sources of one shard while its lease is held: all of them at the start and at each fleet commit, one at each
 * commit of it; tells how far they are as answers come.
 */
export const planShard = async (shared: ShardDeps, shard: number, signal: AbortSignal): Promise<void> => {
  const { bus, clock, telemetry, units, commits } = shared;
  const deps: PlannerDeps = { ...shared, planned: openPlannedCommits(bus) };
  const ours = (source: string): boolean => sourceShardOf(source, bus.counts) === shard;
  // In turn for each source: a plan and a progress report both replace its CommitPlanned.
  const wanted = new Set<string>();
  const rounds = createRounds(async (source) =>
    wanted.delete(source) ? planSource(deps, source, commits, signal) : tellProgress(deps, source, signal),
  );
  const plan = (source: string): Promise<void> => {
    wanted.add(source);
    return rounds.run(source);
  };

  const sources = async (): Promise<readonly string[]> => {
    const inputs = await readInputs(bus, FLEET_SOURCE, signal);
    if (inputs === undefined) return [];
    const { repositories } = await deps.declarations.load(inputs.declarationsDigest, signal);
    return [...new Set([...repositories, ...units.sources()])].filter(ours);
  };
  const planAll = async (): Promise<void> => {
    await eachApart(await sources(), AT_ONCE, plan);
  };

  /** What no delivery waits for is tried again here. */
  const untilPlanned = async (): Promise<void> => {
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      try {
        return await planAll();
      } catch (error) {
        if (signal.aborted) return;
        telemetry.log.warn("sources are not planned yet", { shard, error });
        await clock.sleep(backOff(RETRY_MS, attempt), signal).catch(() => undefined);
      }
    }
  };
  const fleet = createRounds(untilPlanned);

  const progress = createRounds(async (source) => {
    await clock.sleep(shared.progressMs, signal);
    await rounds.run(source);
  });
  const onProgress = (source: string): void => {
    if (!ours(source)) return;
    progress.run(source).catch((error: unknown) => {
      if (!signal.aborted) telemetry.log.warn("progress is not told", { repository: source, error });
    });
  };

  /** A cluster has seen more than the unit was made from: nothing else would ask for it again. */
  const onBehind = (unit: Unit): void => {
    const source = units.memory(unit).last?.source;
    if (source === undefined || !ours(source)) return;
    plan(source).catch((error: unknown) => {
      if (!signal.aborted) telemetry.log.warn("a unit that is behind is not planned yet", { app: unit.app, error });
    });
  };

  using _units = units.onChange(onProgress);
  using _behind = deps.behind.onBehind(onBehind);
  using _rebuilt = units.onRebuilt(() => {
    deps.planned.forget();
    void fleet.run(FLEET_SOURCE);
  });
  using _commits = commits.onFleet(() => void fleet.run(FLEET_SOURCE));
  await fleet.run(FLEET_SOURCE);
  const routes = [route(flows.commitObserved, onCommitObserved({ telemetry, plan, planAll }))];
  await bus.consume(`planner-${shard}`, routes, { reset: true }, signal);
};
