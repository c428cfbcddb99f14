import type { KindStrategy } from "./kind-strategy.ts";
import { validateCoreObjectMeta, validateCoreObjectMetaUpdate } from "./validation/core-object-meta.ts";
import { nameIsDnsSubdomain } from "./validation/names.ts";
import { horizontalPodAutoscalerStrategy } from "./workloads/autoscaling/horizontal-pod-autoscaler.ts";
import { controllerRevisionStrategy } from "./workloads/controller-revision.ts";
import { cronJobStrategy } from "./workloads/cron-job.ts";
import { daemonSetStrategy } from "./workloads/daemon-set.ts";
import { deploymentStrategy } from "./workloads/deployment.ts";
import { jobStrategy } from "./workloads/job.ts";
import { persistentVolumeClaimStrategy } from "./workloads/persistent-volume-claim.ts";
import { persistentVolumeStrategy } from "./workloads/persistent-volume.ts";
import { podDisruptionBudgetStrategy } from "./workloads/pod-disruption-budget.ts";
import { podTemplateStrategy } from "./workloads/pod-template.ts";
import { podStrategy } from "./workloads/pod.ts";
import { replicaSetStrategy } from "./workloads/replica-set.ts";
import { replicationControllerStrategy } from "./workloads/replication-controller.ts";
import { statefulSetStrategy } from "./workloads/stateful-set.ts";

/** Unless a kind has an order of its own, findings on metadata come first, those on the names of finalizers among them. */
const withMetadata = (strategy: KindStrategy): KindStrategy => {
  if (strategy.validatesMetadata === true) return strategy;
  const { status, validateCreate, validateName = nameIsDnsSubdomain, validateUpdate } = strategy;
  return {
    ...strategy,
    validatesMetadata: true,
    validateCreate: (object, context) => [
      ...validateCoreObjectMeta(object, true, validateName),
      ...(validateCreate?.(object, context) ?? []),
    ],
    validateUpdate: (object, old, context) => [
      ...validateCoreObjectMetaUpdate(object, old),
      ...(validateUpdate?.(object, old, context) ?? []),
    ],
    ...(status === undefined
      ? {}
      : {
          status: {
            ...status,
            validateUpdate: (object, old) => [
              ...validateCoreObjectMetaUpdate(object, old),
              ...(status.validateUpdate?.(object, old) ?? []),
            ],
          },
        }),
  };
};

/** What the API server does to workloads and what belongs to them, by `group/Kind`. */
export const workloadStrategies: Readonly<Record<string, KindStrategy>> = {
  "/Pod": podStrategy,
  "/PodTemplate": withMetadata(podTemplateStrategy),
  "/PersistentVolume": persistentVolumeStrategy,
  "/PersistentVolumeClaim": persistentVolumeClaimStrategy,
  "/ReplicationController": withMetadata(replicationControllerStrategy),
  "apps/ControllerRevision": controllerRevisionStrategy,
  "apps/DaemonSet": withMetadata(daemonSetStrategy),
  "apps/Deployment": withMetadata(deploymentStrategy),
  "apps/ReplicaSet": withMetadata(replicaSetStrategy),
  "apps/StatefulSet": withMetadata(statefulSetStrategy),
  "autoscaling/HorizontalPodAutoscaler": withMetadata(horizontalPodAutoscalerStrategy),
  "batch/CronJob": cronJobStrategy,
  "batch/Job": jobStrategy,
  "policy/PodDisruptionBudget": podDisruptionBudgetStrategy,
};
