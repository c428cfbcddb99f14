import { openArtifacts } from "@evenkeel/artifacts";
import { hashKeyOf } from "@evenkeel/drift";
import { openDeclared } from "@evenkeel/kube";
import type { OpenCluster } from "@evenkeel/kube";
import { systemRng, systemClock } from "@evenkeel/machine";
import { whileConnected } from "@evenkeel/service-host";
import type { CommonConfig, Service, ServiceRun } from "@evenkeel/service-host";
import { createMetrics } from "@evenkeel/telemetry";

import { openClaims } from "./claims/claims.ts";
import { openClusterIdentities } from "./cluster/cluster-identities.ts";
import { openClusters } from "./cluster/clusters.ts";
import { readConfig, settings } from "./config.ts";
import type { ApplierConfig } from "./config.ts";
import { openDeclarations } from "./partition/declarations.ts";
import type { Deps } from "./deps.ts";
import { openDesiredRefs } from "./plan/desired-refs.ts";
import { holdPartition } from "./partition/hold-partition.ts";
import { openExporter as openFolderExporter } from "./ledger/export/exporter.ts";
import { onFleetAccepted } from "./on-fleet-accepted.ts";
import type { Partitions } from "./partition/hold-partition.ts";
import { openReachedClusters } from "./cluster/reach-cluster.ts";
import { watchPublished } from "./cluster/published-anchors.ts";

/** A cluster that nobody writes to may be made anew too: then all is to be applied to it. */
const CONFIRM_MS = 10_000;
const confirmReached = async ({ clock, reached }: Deps, signal: AbortSignal): Promise<void> => {
  for (;;) {
    await clock.sleep(CONFIRM_MS, signal);
    await reached.confirmAll(signal);
  }
};

/** What the service is given: beside the bus, the ways to clusters and to exports. */
export interface ApplierRun extends ServiceRun {
  /** Over sockets, by the configured connections, unless given. */
  readonly openCluster?: OpenCluster;
  /** A process of its own for the configured folder, unless given. */
  readonly openExporter?: typeof openFolderExporter;
}

/**
 * Runs the applier until the signal ends: every partition that falls to this instance, one writer each. Throws if the bus
 * is lost for good.
 */
export const runApplier = async (config: ApplierConfig, given: ApplierRun, signal: AbortSignal): Promise<void> => {
  const { bus, telemetry, clock = systemClock, rng = systemRng } = given;
  const { openCluster = openDeclared(config.connections), openExporter = openFolderExporter } = given;
  using connected = whileConnected(bus, signal);
  const { until } = connected;
  const metrics = createMetrics(telemetry.meter);
  const held: Partitions = new Set();
  const wake = (cluster: string): void => [...held][0]?.wakeCluster(cluster); // one partition wakes the units of all
  await using clusters = openClusters(openCluster, { metrics, clock }, wake, until);
  const bodies = openArtifacts(bus);
  const declarations = openDeclarations(bodies, bus.installation);
  const identities = openClusterIdentities({
    bus,
    clock,
    isDeclared: async (name, until) =>
      (await declarations.newestClusters(until)).some(({ metadata }) => metadata.name === name),
  });
  const onReplaced = (cluster: string): void => {
    for (const each of held) each.lookAtAll(cluster);
  };
  const reached = openReachedClusters({ clusters, identities, declarations, log: telemetry.log, onReplaced });
  const deps: Deps = {
    bus,
    telemetry,
    metrics,
    clock,
    rng,
    bodies,
    declarations,
    clusters,
    claims: openClaims(bus),
    reached,
    desiredRefs: openDesiredRefs(bodies, declarations),
    complaints: new Map(),
    recordKey: hashKeyOf(config.recordKey, bus.installation),
    exporter: config.ledgerExport === undefined ? undefined : openExporter(config.ledgerExport),
  };
  const published = await watchPublished(deps, until);
  await onFleetAccepted(deps, held, until);
  confirmReached(deps, until).catch(() => undefined); // ends with the signal
  const shards = Array.from({ length: bus.counts.partitions }, (_, partition) => String(partition));
  const run = holdPartition(deps, held, published, given.onReady ?? (() => {}));
  await connected.during(bus.holdShards({ shards, run }, until));
};

export const service: Service<CommonConfig & ApplierConfig, ApplierRun> = { settings, readConfig, run: runApplier };
