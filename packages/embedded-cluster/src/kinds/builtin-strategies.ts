import { crdStrategy } from "../custom/crd-strategy.ts";
import { configMap } from "./core/config-map.ts";
import { namespace } from "./core/namespace.ts";
import { plainKinds } from "./core/plain-kinds.ts";
import { secret } from "./core/secret.ts";
import { service } from "./core/service.ts";
import type { KindStrategy } from "./kind-strategy.ts";
import { horizontalPodAutoscalerStrategy } from "./workloads/autoscaling/horizontal-pod-autoscaler.ts";
import { cronJobStrategy } from "./workloads/cron-job.ts";
import { daemonSetStrategy } from "./workloads/daemon-set.ts";
import { deploymentStrategy } from "./workloads/deployment.ts";
import { jobStrategy } from "./workloads/job.ts";
import { persistentVolumeClaimStrategy } from "./workloads/persistent-volume-claim.ts";
import { podDisruptionBudgetStrategy } from "./workloads/pod-disruption-budget.ts";
import { podStrategy } from "./workloads/pod.ts";
import { replicaSetStrategy } from "./workloads/replica-set.ts";
import { statefulSetStrategy } from "./workloads/stateful-set.ts";

/** What the API server does to objects of the built-in kinds, by `group/Kind`; of others it only keeps what it is given. */
export const builtinStrategies: Readonly<Record<string, KindStrategy>> = {
  ...plainKinds,
  "/ConfigMap": configMap,
  "/Namespace": namespace,
  "/PersistentVolumeClaim": persistentVolumeClaimStrategy,
  "/Pod": podStrategy,
  "/Secret": secret,
  "/Service": service,
  "apiextensions.k8s.io/CustomResourceDefinition": crdStrategy,
  "apps/DaemonSet": daemonSetStrategy,
  "apps/Deployment": deploymentStrategy,
  "apps/ReplicaSet": replicaSetStrategy,
  "apps/StatefulSet": statefulSetStrategy,
  "autoscaling/HorizontalPodAutoscaler": horizontalPodAutoscalerStrategy,
  "batch/CronJob": cronJobStrategy,
  "batch/Job": jobStrategy,
  "policy/PodDisruptionBudget": podDisruptionBudgetStrategy,
};
