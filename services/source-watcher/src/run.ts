import { createSlots } from "@evenkeel/async";
import { openArtifacts } from "@evenkeel/artifacts";
import { watchSeqFloor } from "@evenkeel/bus";
import { realGit } from "@evenkeel/git";
import type { OpenGit } from "@evenkeel/git";
import { systemClock, systemDisk, systemRng } from "@evenkeel/machine";
import { whileConnected } from "@evenkeel/service-host";
import type { CommonConfig, Service, ServiceRun } from "@evenkeel/service-host";
import { createMetrics } from "@evenkeel/telemetry";

import { readConfig, settings } from "./config.ts";
import type { SourceWatcherConfig } from "./config.ts";
import type { Deps } from "./deps.ts";
import { onApplyFinished } from "./on-apply-finished.ts";
import { onObjectMissed } from "./on-object-missed.ts";
import { onRefreshHint } from "./on-refresh-hint.ts";
import { watchAnchors } from "./accept/remembered.ts";
import type { Listen } from "./poll/listen.ts";
import { listenHttp } from "./poll/listen-http.ts";
import { serveWebhooks } from "./poll/serve-webhooks.ts";
import { keepSwept } from "./store/sweep-objects.ts";
import { viewFleet } from "./fleet/view-fleet.ts";
import { wakeAsked, wakeBelow } from "./poll/wake-sources.ts";
import { watchSources } from "./poll/watch-sources.ts";
import type { WatchedSources } from "./poll/watch-sources.ts";

/** A thousand repositories of one host are not asked at once. */
const LOOKS_PER_HOST = 8;

/** What this service is given beside what every one is: the machine's unless given. */
export interface SourceWatcherRun extends ServiceRun {
  readonly git?: OpenGit;
  readonly listen?: Listen;
}

/** Turns Git into facts until the signal ends. Throws if the bus is lost for good. */
export const runSourceWatcher = async (
  config: SourceWatcherConfig,
  given: SourceWatcherRun,
  signal: AbortSignal,
): Promise<void> => {
  const { bus, telemetry, clock = systemClock, rng = systemRng, disk = systemDisk } = given;
  const { git: openGit = realGit, listen = listenHttp, onReady } = given;
  using connected = whileConnected(bus, signal);
  const { until } = connected;
  const artifacts = openArtifacts(bus, { log: telemetry.log });
  const metrics = createMetrics(telemetry.meter);
  using git = openGit();
  const looks = createSlots(LOOKS_PER_HOST);
  const watched: WatchedSources = new Map();
  const seqFloor = await watchSeqFloor(bus, (floor) => wakeBelow(watched, floor), until);
  const remembered = await watchAnchors({ bus, clock, rng, telemetry }, until);
  remembered.onChange(() => wakeAsked(watched, remembered), until);
  const deps: Deps = {
    bus,
    artifacts,
    telemetry,
    metrics,
    clock,
    rng,
    config,
    git,
    disk,
    listen,
    looks,
    remembered,
    seqFloor,
  };
  observeAges(deps, watched);

  const fleet = await viewFleet(deps, until);
  await using server = await serveWebhooks(deps, fleet, watched);
  onRefreshHint(deps, watched, until);
  await Promise.all([onApplyFinished(deps, until), onObjectMissed(deps, watched, until)]);
  telemetry.log.info("watching", { fleet: config.fleet.url, webhookPort: server?.port ?? 0 });
  onReady?.(server && `${config.webhookHost}:${server.port}`);

  const shards = Array.from({ length: bus.counts.sourceShards }, (_unused, n) => String(n));
  const run = async ({ shard }: { readonly shard: string }, held: AbortSignal): Promise<void> => {
    const sweeping = shard === "0" ? keepSwept(deps, () => fleet.set(), held) : undefined;
    await watchSources(deps, fleet, Number(shard), watched, held);
    await sweeping;
  };
  await connected.during(bus.holdShards({ shards, run }, until));
};

const observeAges = ({ clock, metrics }: Deps, watched: WatchedSources): void =>
  metrics.sourceAge.observe(function* () {
    for (const [repository, { memory }] of watched) {
      const checkedAt = memory?.checkedAt;
      if (checkedAt === undefined) continue;
      yield { value: (clock.now().getTime() - checkedAt.getTime()) / 1000, labels: { repository } };
    }
  });

export const service: Service<CommonConfig & SourceWatcherConfig, SourceWatcherRun> = {
  settings,
  readConfig,
  run: runSourceWatcher,
};
