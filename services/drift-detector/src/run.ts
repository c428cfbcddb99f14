import { openArtifacts } from "@evenkeel/artifacts";
import type { Delivery } from "@evenkeel/bus";
import { detectorShard, flows } from "@evenkeel/contracts";
import type { DesiredStateChanged } from "@evenkeel/contracts";
import { hashKeyOf } from "@evenkeel/drift";
import { openDeclared } from "@evenkeel/kube";
import type { OpenCluster } from "@evenkeel/kube";
import { systemClock, systemRng } from "@evenkeel/machine";
import { whileConnected } from "@evenkeel/service-host";
import type { CommonConfig, Service, ServiceRun } from "@evenkeel/service-host";
import { createMetrics } from "@evenkeel/telemetry";

import { readConfig, settings } from "./config.ts";
import type { DriftDetectorConfig } from "./config.ts";
import { openBodies } from "./hear/declared.ts";
import { holdCluster } from "./hold-cluster.ts";
import type { HoldDeps } from "./hold-cluster.ts";

/** What the service is given: beside the bus, the way to clusters. */
export interface DriftDetectorRun extends ServiceRun {
  /** Over sockets, by the configured connections, unless given. */
  readonly openCluster?: OpenCluster;
}

/** Watches every cluster that units are deployed to, until the signal ends. Throws if the bus is lost for good. */
export const runDriftDetector = async (
  config: DriftDetectorConfig,
  deps: DriftDetectorRun,
  signal: AbortSignal,
): Promise<void> => {
  const { bus, telemetry, clock = systemClock, rng = systemRng, openCluster = openDeclared(config.connections) } = deps;
  using connected = whileConnected(bus, signal);
  const { until } = connected;
  const desired = await bus.latest(flows.desiredStateChanged, {}, {}, until);
  const metrics = createMetrics(telemetry.meter);
  const tables: HoldDeps["tables"] = new Map();
  metrics.driftOpen.observe(() => openDrift(tables));
  const shared: HoldDeps = {
    bus,
    telemetry,
    clock,
    rng,
    desired,
    metrics,
    tables,
    bodies: openBodies(openArtifacts(bus, { log: telemetry.log })),
    openCluster,
    hashKey: hashKeyOf(config.recordKey, bus.installation),
    compareMs: config.compareMs,
  };
  const held = new Map<string, Promise<void>>();
  const failed = Promise.withResolvers<never>();
  const hold = (cluster: string): void => {
    if (held.has(cluster)) return;
    const work = {
      shards: [detectorShard(cluster)],
      run: (lease: Parameters<typeof holdCluster>[2], term: AbortSignal) => holdCluster(shared, cluster, lease, term),
    };
    const holding = bus.holdShards(work, until);
    holding.catch((error: unknown) => (until.aborted ? undefined : failed.reject(error)));
    held.set(cluster, holding);
  };
  const onDesired = ({ fact: { unit } }: Delivery<DesiredStateChanged>): void =>
    unit === undefined ? undefined : hold(unit.cluster);
  using _facts = desired.onChange(onDesired);
  desired.all().forEach(onDesired);
  deps.onReady?.();

  await Promise.race([connected.during(), failed.promise]);
  await Promise.allSettled(held.values());
};

/** Open findings by cluster, application and policy. */
const openDrift = (tables: HoldDeps["tables"]) =>
  [...tables].flatMap(([cluster, table]) =>
    [...table.units()].flatMap(({ objects, policy, unit }) => {
      const value = [...objects.values()].filter(({ state }) => state.finding !== undefined).length;
      return value === 0 ? [] : [{ value, labels: { cluster, app: unit.app, policy } }];
    }),
  );

export const service: Service<CommonConfig & DriftDetectorConfig, DriftDetectorRun> = {
  settings,
  readConfig,
  run: runDriftDetector,
};
