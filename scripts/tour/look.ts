import { flows, Health, Sync } from "@evenkeel/contracts";
import type {
  DesiredStateChanged,
  DriftResolved,
  GetUnitResponse,
  HistoryItem,
  SourceStatus,
} from "@evenkeel/contracts";
import { FIELD_MANAGER } from "@evenkeel/resource";
import type { KubeObject } from "@evenkeel/resource";
import type { ObjectRef } from "@evenkeel/words";

import { NAMESPACE } from "./sample-files.ts";
import { until } from "./step.ts";
import type { Stage, TourCluster } from "./step.ts";

export const webDeployment: ObjectRef = { group: "apps", kind: "Deployment", namespace: NAMESPACE, name: "web" };
export const webService: ObjectRef = { group: "", kind: "Service", namespace: NAMESPACE, name: "web" };
export const webContent: ObjectRef = { group: "", kind: "ConfigMap", namespace: NAMESPACE, name: "web-content" };
export const greeting: ObjectRef = { group: "", kind: "ConfigMap", namespace: NAMESPACE, name: "greeter-greeting" };

/** One application on one cluster of the tour. */
export interface TourUnit {
  readonly app: string;
  readonly cluster: TourCluster;
}

/** The app that brings the web server to a cluster: production and staging take different overlays. */
export const webAppOn = (cluster: TourCluster): string => (cluster.env === "prod" ? "web" : "web-staging");

/** Every unit that the sample fleet declares. */
export const unitsOf = (stage: Stage): readonly TourUnit[] =>
  stage.clusters.flatMap((cluster) => ["platform", webAppOn(cluster), "greeter"].map((app) => ({ app, cluster })));

export const clustersOf = (stage: Stage, env: TourCluster["env"]): readonly TourCluster[] =>
  stage.clusters.filter((cluster) => cluster.env === env);

export const namesOf = (clusters: readonly TourCluster[]): string => clusters.map((cluster) => cluster.name).join(", ");

/** The live object, or undefined. */
export const live = (stage: Stage, cluster: TourCluster, ref: ObjectRef): Promise<KubeObject | undefined> =>
  cluster.kube.getObject(ref, {}, stage.signal);

/**
 * The trace of Evenkeel's last write to the live object: its entry in managedFields and the object's generation. It stays
 * as it is while only a controller writes status.
 */
export const lastWrite = async (stage: Stage, cluster: TourCluster, ref: ObjectRef): Promise<string> => {
  const { generation, managedFields = [] } = (await live(stage, cluster, ref))?.metadata ?? {};
  return JSON.stringify({ generation, entry: managedFields.filter((entry) => entry["manager"] === FIELD_MANAGER) });
};

export const replicasOf = (object: KubeObject | undefined): unknown =>
  (object?.["spec"] as { readonly replicas?: unknown } | undefined)?.replicas;

export const messageOf = (object: KubeObject | undefined): unknown =>
  (object?.["data"] as { readonly message?: unknown } | undefined)?.message;

/** Waits until the live Deployment has so many replicas. */
export const replicasBecome = (stage: Stage, cluster: TourCluster, replicas: number): Promise<KubeObject> =>
  until(
    `Deployment ${NAMESPACE}/web on ${cluster.name} with ${replicas} replicas`,
    async () => {
      const object = await live(stage, cluster, webDeployment);
      return replicasOf(object) === replicas ? object : undefined;
    },
    stage.signal,
  );

export const unitStatus = async (stage: Stage, { app, cluster }: TourUnit): Promise<GetUnitResponse> =>
  stage.status.getUnit({ cluster: cluster.name, app }, { signal: stage.signal });

/**
 * Waits until the status service says Synced at this revision, which it says only after live was read and matched; and
 * Healthy, where the cluster rolls out.
 */
export const settledAt = (stage: Stage, unit: TourUnit, revision: string): Promise<GetUnitResponse> =>
  until(
    `${unit.app}@${unit.cluster.name} Synced${stage.rollsOut ? " and Healthy" : ""} at ${revision.slice(0, 7)}`,
    async () => {
      const answer = await unitStatus(stage, unit);
      const settled = !stage.rollsOut || answer.unit?.health === Health.HEALTHY;
      return settled && answer.unit?.sync === Sync.SYNCED && answer.unit.revision === revision ? answer : undefined;
    },
    stage.signal,
  );

/** The newest desired of a unit, read from the bus. */
export const desiredOnBus = async (stage: Stage, unit: TourUnit): Promise<DesiredStateChanged | undefined> =>
  (
    await stage.bus.readLast(
      flows.desiredStateChanged,
      { "unit.cluster": unit.cluster.name, "unit.app": unit.app },
      stage.signal,
    )
  )?.fact;

/** How the last drift of a unit ended, read from the bus. */
export const resolvedOnBus = async (stage: Stage, unit: TourUnit): Promise<DriftResolved | undefined> =>
  (
    await stage.bus.readLast(
      flows.driftResolved,
      { "unit.cluster": unit.cluster.name, "unit.app": unit.app },
      stage.signal,
    )
  )?.fact;

export const sourceStatus = async (stage: Stage, source: string): Promise<SourceStatus | undefined> =>
  (await stage.status.listSources({}, { signal: stage.signal })).sources.find((s) => s.source === source);

/** What was written to a unit, newest first, as the ledger says. */
export const getHistory = async (stage: Stage, unit: TourUnit): Promise<readonly HistoryItem[]> =>
  (await stage.status.getHistory({ cluster: unit.cluster.name, app: unit.app }, { signal: stage.signal })).items;
