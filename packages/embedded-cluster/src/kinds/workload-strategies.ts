import type { KindStrategy } from "./kind-strategy.ts";
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

/** What the API server does to workloads and what belongs to them, by `group/Kind`. */
export const workloadStrategies: Readonly<Record<string, KindStrategy>> = {
  "/Pod": podStrategy,
  "/PodTemplate": podTemplateStrategy,
  "/PersistentVolume": persistentVolumeStrategy,
  "/PersistentVolumeClaim": persistentVolumeClaimStrategy,
  "/ReplicationController": replicationControllerStrategy,
  "apps/ControllerRevision": controllerRevisionStrategy,
  "apps/DaemonSet": daemonSetStrategy,
  "apps/Deployment": deploymentStrategy,
  "apps/ReplicaSet": replicaSetStrategy,
  "apps/StatefulSet": statefulSetStrategy,
  "autoscaling/HorizontalPodAutoscaler": horizontalPodAutoscalerStrategy,
  "batch/CronJob": cronJobStrategy,
  "batch/Job": jobStrategy,
  "policy/PodDisruptionBudget": podDisruptionBudgetStrategy,
};
