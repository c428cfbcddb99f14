import { openArtifacts } from "@evenkeel/artifacts";
import { route } from "@evenkeel/bus";
import type { Lease } from "@evenkeel/bus";
import { flows } from "@evenkeel/contracts";
import type { RenderRequested } from "@evenkeel/contracts";
import type { Isolation, Tools } from "@evenkeel/render";
import { systemClock } from "@evenkeel/machine";
import { whileConnected } from "@evenkeel/service-host";
import type { CommonConfig, Service, ServiceRun } from "@evenkeel/service-host";
import { createMetrics } from "@evenkeel/telemetry";

import { openClosures } from "./render/closures.ts";
import { readConfig, settings } from "./config.ts";
import type { RendererConfig } from "./config.ts";
import { createBudgets } from "./core/render-budgets.ts";
import { digestTools } from "./core/digest-tools.ts";
import { commonTools } from "./tools/common-tools.ts";
import { openTools } from "./core/open-tools.ts";
import { openDeclarations } from "./render/declarations.ts";
import { gitObjects } from "./render/git-objects.ts";
import { keepSets } from "./render/keep-sets.ts";
import { numberTools, watchTools } from "./tools/number-tools.ts";
import { openHost as openRealHost } from "./tools/open-host.ts";
import type { OpenHost } from "./tools/open-host.ts";
import { onRenderRequested } from "./on-render-requested.ts";
import type { WorkerDeps } from "./on-render-requested.ts";
import { planShard } from "./plan/plan-shard.ts";
import type { ShardDeps } from "./plan/plan-shard.ts";
import { renderCache } from "./render/render-cache.ts";
import { keepSwept } from "./render/sweep-sets.ts";
import { createRenderPlaces } from "./render/render-places.ts";
import { tellMissed } from "./plan/tell-missed.ts";
import { watchBehind } from "./plan/watch-behind.ts";
import { watchCommits } from "./plan/watch-commits.ts";
import { watchUnits } from "./plan/watch-units.ts";

export { defaultRenders } from "./config.ts";
export type { LentToHost, OpenHost } from "./tools/open-host.ts";

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_unused, n) => n);

/** What the service is given: beside the bus, what units are rendered with. */
export interface RendererRun extends ServiceRun {
  /** With the programs of the configuration unless given. */
  readonly openHost?: OpenHost;
}

/** Plans commits and renders units until the signal ends. Throws if the bus is lost for good. */
export const runRenderer = async (config: RendererConfig, given: RendererRun, signal: AbortSignal): Promise<void> => {
  const { bus, telemetry, clock = systemClock, openHost = openRealHost } = given;
  const artifacts = openArtifacts(bus, { log: telemetry.log });
  await using host = await openHost(config, {
    cache: renderCache(bus, artifacts, telemetry.log),
    clock,
    // Known to nobody but renderers: a signature of theirs that is never sent, the same for every replica.
    saltKey: bus.sign("evenkeel.dev/salt-of-secrets/1"),
  });
  const toolsDigest = digestTools(host.tools);
  tellIsolation(host.isolation, given);
  await numberTools(bus, toolsDigest, 0n, signal);
  using connected = whileConnected(bus, signal);
  const { until } = connected;
  const [units, behind, commits, numbered] = await Promise.all([
    watchUnits(bus, until),
    watchBehind(bus, until),
    watchCommits(bus, until),
    watchTools(bus, until),
  ]);

  const declarations = openDeclarations(artifacts, bus.installation);
  const closures = openClosures(bus, units);
  const objects = gitObjects(artifacts, tellMissed({ bus, clock, telemetry }, until));
  const places = createRenderPlaces(config.renders, (ms, until) => clock.sleep(ms, until));
  const budgets = createBudgets(host.limits.wallMs);
  const metrics = createMetrics(telemetry.meter);
  const shared = { artifacts, bus, clock, closures, declarations, objects, telemetry, units };
  const planner: ShardDeps = { ...shared, behind, commits, progressMs: config.progressMs, toolsDigest };
  const worker: WorkerDeps = {
    ...shared,
    budgets,
    host,
    metrics,
    places,
    mayRender: () => numbered()?.digest === toolsDigest,
  };
  const bySource = ({ source }: RenderRequested): string => source;
  const routes = [route(flows.renderRequested, onRenderRequested(worker), undefined, bySource)];

  telemetry.log.info("rendering", { toolsSeq: numbered()?.seq, ...toolVersions(host.tools), renders: config.renders });
  given.onReady?.();
  const work = async (lease: Lease, held: AbortSignal): Promise<void> => {
    const [kind, number = "0"] = lease.shard.split("-");
    if (kind === "planner") return planShard(planner, Number(number), held);
    using _restoring = keepSets(worker, Number(number), held);
    const sweeping = number === "0" ? keepSwept(shared, held) : undefined;
    await bus.consume(lease.shard, routes, { reset: true }, held);
    return sweeping;
  };
  const shards = [
    ...numbers(bus.counts.sourceShards).map((s) => `planner-${s}`),
    ...numbers(bus.counts.partitions).map((p) => `render-${p}`),
  ];
  const capability = commonTools({ bus, clock, log: telemetry.log, mine: toolsDigest, numbered }, until);
  await connected.during(bus.holdShards({ shards, capability, run: work }, until));
};

const tellIsolation = (isolation: Isolation | undefined, { remark, telemetry: { log } }: ServiceRun): void => {
  if (isolation === undefined) return;
  const { failed, ways } = isolation;
  if (ways.length > 0) return log.info("tools are kept off the network", { ways: ways.join(" and ") });
  const why = openTools(failed);
  log.error(why);
  remark?.("isolation", why);
};

const toolVersions = ({ kustomize, helm }: Tools) => ({
  kustomize: kustomize?.version ?? "none",
  helm: helm?.version ?? "none",
});

export const service: Service<CommonConfig & RendererConfig, RendererRun> = { settings, readConfig, run: runRenderer };
