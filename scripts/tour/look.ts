import { Sync, flows } from "@evenkeel/contracts";
import type { DesiredStateChanged, GetUnitResponse, SourceStatus } from "@evenkeel/contracts";
import type { KubeObject, ObjectRef } from "@evenkeel/resource";

import { namespace } from "./sample-files.ts";
import { until } from "./step.ts";
import type { Stage } from "./step.ts";

export const webDeployment: ObjectRef = { group: "apps", kind: "Deployment", namespace, name: "web" };
export const webContent: ObjectRef = { group: "", kind: "ConfigMap", namespace, name: "web-content" };
export const greeting: ObjectRef = { group: "", kind: "ConfigMap", namespace, name: "greeter-greeting" };

/** The live object, or undefined. */
export const live = (stage: Stage, ref: ObjectRef): Promise<KubeObject | undefined> =>
  stage.kube.getObject(ref, {}, stage.signal);

export const replicasOf = (object: KubeObject | undefined): unknown =>
  (object?.["spec"] as { readonly replicas?: unknown } | undefined)?.replicas;

export const messageOf = (object: KubeObject | undefined): unknown =>
  (object?.["data"] as { readonly message?: unknown } | undefined)?.message;

/** Waits until the live Deployment has so many replicas. */
export const replicasBecome = (stage: Stage, replicas: number): Promise<KubeObject> =>
  until(
    `Deployment ${namespace}/web with ${replicas} replicas`,
    async () => {
      const object = await live(stage, webDeployment);
      return replicasOf(object) === replicas ? object : undefined;
    },
    stage.signal,
  );

export const unitStatus = async (stage: Stage, app: string): Promise<GetUnitResponse> =>
  stage.status.getUnit({ cluster: stage.cluster, app }, { signal: stage.signal });

/** Waits until the status service says Synced at this revision, which it says only after live was read and matched. */
export const syncedAt = (stage: Stage, app: string, revision: string): Promise<GetUnitResponse> =>
  until(
    `${app}@${stage.cluster} Synced at ${revision.slice(0, 7)}`,
    async () => {
      const answer = await unitStatus(stage, app);
      return answer.unit?.sync === Sync.SYNCED && answer.unit.revision === revision ? answer : undefined;
    },
    stage.signal,
  );

/** The newest desired of a unit, read from the bus. */
export const desiredOnBus = async (stage: Stage, app: string): Promise<DesiredStateChanged | undefined> =>
  (
    await stage.bus.readLast(
      flows.desiredStateChanged,
      { "unit.cluster": stage.cluster, "unit.app": app },
      stage.signal,
    )
  )?.fact;

export const sourceStatus = async (stage: Stage, source: string): Promise<SourceStatus | undefined> =>
  (await stage.status.listSources({}, { signal: stage.signal })).sources.find((s) => s.source === source);
