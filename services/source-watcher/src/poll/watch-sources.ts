import { createLanes, untilAborted } from "@evenkeel/async";
import { FLEET_SOURCE, sourceShardOf } from "@evenkeel/contracts";
import type { GitStore } from "@evenkeel/git";
import { canonicalJson } from "@evenkeel/resource";
import type { Json } from "@evenkeel/resource";

import { noCondition } from "../core/describe-condition.ts";
import { refOfOption, sourceOf } from "../core/source.ts";
import type { Source } from "../core/source.ts";
import type { Deps } from "../deps.ts";
import { openSourceStore } from "./open-remote.ts";
import { createLookBell, runSourceLoop } from "./run-source-loop.ts";
import type { LookBell } from "./run-source-loop.ts";
import { tellCondition } from "../accept/tell-condition.ts";
import { loadMemory } from "../accept/source-memory.ts";
import type { SourceMemory } from "../accept/source-memory.ts";
import type { FleetView } from "../fleet/view-fleet.ts";

/** One source that this replica looks at. */
export interface WatchedSource {
  readonly source: Source;
  readonly bell: LookBell;
  readonly memory: SourceMemory | undefined;
  readonly store: (signal: AbortSignal) => Promise<GitStore>;
}

/** Every source that this replica looks at now, by id; shared with webhooks, hints and metrics. */
export type WatchedSources = Map<string, WatchedSource>;

const fleetOf = ({ config: { fleet } }: Deps): Source => ({
  id: FLEET_SOURCE,
  url: fleet.url,
  ref: refOfOption(fleet.ref),
  intervalMs: fleet.intervalMs,
  credentials: fleet.credentialsFile === undefined ? { kind: "none" } : { kind: "file", file: fleet.credentialsFile },
});

interface Running {
  readonly said: string;
  readonly bell: LookBell;
  readonly stop: AbortController;
}

/**
 * Looks at every declared source of one shard until the signal ends: a new Repository starts a loop, a changed one
 * restarts its own, a removed one ends it. One source has one loop at a time, however it is declared in turn.
 */
export const watchSources = async (
  deps: Deps,
  fleet: FleetView,
  shard: number,
  watched: WatchedSources,
  signal: AbortSignal,
): Promise<void> => {
  const running = new Map<string, Running>();
  const loops = createLanes();
  const mine = (): ReadonlyMap<string, Source> =>
    new Map(
      [fleetOf(deps), ...fleet.set().repositories.map(sourceOf)]
        .filter(({ id }) => sourceShardOf(id, deps.bus.counts) === shard)
        .map((source) => [source.id, source]),
    );

  const start = (source: Source): void => {
    const bell = createLookBell((ms, until) => deps.clock.sleep(ms, until));
    const stop = new AbortController();
    const until = AbortSignal.any([signal, stop.signal]);
    void loops.run(source.id, () => keepWatching(deps, { fleet, watched }, { source, bell }, until));
    running.set(source.id, { said: said(source), bell, stop });
  };
  const settle = (): void => {
    const wanted = mine();
    for (const [id, { stop, said: before }] of running) {
      const source = wanted.get(id);
      if (source === undefined || said(source) !== before) stop.abort(new Error(`${id} is declared otherwise now`));
      if (source === undefined) {
        running.delete(id);
        void loops.run(id, () => endCondition(deps, id, signal));
      }
    }
    for (const source of wanted.values()) {
      const now = running.get(source.id);
      if (now?.said !== said(source)) start(source);
      else if (isHeld(watched.get(source.id)?.memory)) now.bell.ring("declared"); // what is declared may end it
    }
  };

  settle();
  fleet.onChange(settle, signal);
  await untilAborted(signal);
  await loops.idle();
};

const isHeld = (memory: SourceMemory | undefined): boolean =>
  memory?.hold !== undefined ||
  memory?.waits === true ||
  memory?.refused !== undefined ||
  memory?.storedFor?.needs !== undefined;

// A Repository that is no longer declared shows no fault. Its hold is kept: declared again, it is not followed either.
const endCondition = async (deps: Deps, source: string, signal: AbortSignal): Promise<void> => {
  try {
    const memory = await loadMemory(deps.bus, source, signal);
    await tellCondition(deps, source, memory, noCondition, signal);
  } catch (error) {
    if (!signal.aborted) deps.telemetry.log.warn("source condition not ended", { repository: source, error });
  }
};

// Whatever stops a loop from starting (the bus, a disk) is met again by itself.
const keepWatching = async (...args: Parameters<typeof watchOne>): Promise<void> => {
  const [{ clock, telemetry }, , { source }, signal] = args;
  while (!signal.aborted) {
    try {
      await watchOne(...args);
    } catch (error) {
      if (signal.aborted) return;
      telemetry.log.warn("source cannot be watched", { repository: source.id, error });
      await clock.sleep(1000, signal).catch(() => {});
    }
  }
};

const said = (source: Source): string => canonicalJson(source as unknown as Json);

const watchOne = async (
  deps: Deps,
  { fleet, watched }: { readonly fleet: FleetView; readonly watched: WatchedSources },
  { source, bell }: { readonly source: Source; readonly bell: LookBell },
  signal: AbortSignal,
): Promise<void> => {
  await using stores = new AsyncDisposableStack();
  let store: ReturnType<typeof openSourceStore> | undefined;
  try {
    const memory = await loadMemory(deps.bus, source.id, signal);
    const open = (until: AbortSignal): ReturnType<typeof openSourceStore> =>
      (store ??= openSourceStore(deps, source, until).then(
        (opened) => stores.use(opened),
        (error: unknown) => {
          store = undefined;
          throw error;
        },
      ));
    watched.set(source.id, { source, bell, memory, store: open });
    await runSourceLoop(deps, { source, memory, store: open, fleetSet: () => fleet.set() }, bell, signal);
  } finally {
    if (watched.get(source.id)?.bell === bell) watched.delete(source.id);
  }
};
