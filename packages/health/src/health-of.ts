import { splitApiVersion } from "@evenkeel/resource";
import type { KubeObject } from "@evenkeel/resource";

import { genericHealth } from "./generic-health.ts";
import { progressing } from "./health.ts";
import type { Health } from "./health.ts";
import {
  alwaysHealthy,
  apiServiceHealth,
  autoscalerHealth,
  claimHealth,
  definitionHealth,
  namespaceHealth,
  serviceHealth,
} from "./other-health.ts";
import { podHealth } from "./pod-health.ts";
import { isObservedBehind } from "./read-status.ts";
import type { Times } from "./read-status.ts";
import {
  daemonSetHealth,
  deploymentHealth,
  jobHealth,
  replicaSetHealth,
  statefulSetHealth,
} from "./workload-health.ts";

type Rule = (object: KubeObject, times: Times) => Health;

/** By group and kind; any other kind is judged by its conditions. */
const RULES: Readonly<Record<string, Rule>> = {
  "apps/Deployment": deploymentHealth,
  "apps/StatefulSet": statefulSetHealth,
  "apps/DaemonSet": daemonSetHealth,
  "apps/ReplicaSet": replicaSetHealth,
  "batch/Job": jobHealth,
  "batch/CronJob": alwaysHealthy,
  "autoscaling/HorizontalPodAutoscaler": autoscalerHealth,
  "/Pod": podHealth,
  "/PersistentVolumeClaim": claimHealth,
  "/Service": serviceHealth,
  "/Namespace": namespaceHealth,
  "/Secret": alwaysHealthy,
  "/ConfigMap": alwaysHealthy,
  "/ServiceAccount": alwaysHealthy,
  "networking.k8s.io/Ingress": alwaysHealthy, // an empty load balancer is information only
  "networking.k8s.io/NetworkPolicy": alwaysHealthy,
  "policy/PodDisruptionBudget": alwaysHealthy,
  "rbac.authorization.k8s.io/Role": alwaysHealthy,
  "rbac.authorization.k8s.io/ClusterRole": alwaysHealthy,
  "rbac.authorization.k8s.io/RoleBinding": alwaysHealthy,
  "rbac.authorization.k8s.io/ClusterRoleBinding": alwaysHealthy,
  "apiextensions.k8s.io/CustomResourceDefinition": definitionHealth,
  "apiregistration.k8s.io/APIService": apiServiceHealth,
};

/** How one live object is, from itself and the time alone. `seen`: when its present state was first seen. */
export const healthOf = (object: KubeObject, now: Date, seen: Date = now): Health => {
  const { deletionTimestamp, finalizers } = object.metadata;
  if (deletionTimestamp !== undefined) {
    const held = (finalizers ?? []).join(", ");
    return progressing("Terminating", held === "" ? "deletion in progress" : `deletion held by finalizers: ${held}`);
  }
  if (isObservedBehind(object)) return progressing("ObservedBehind", "the controller has not seen the newest spec");
  const rule = RULES[`${splitApiVersion(object.apiVersion).group}/${object.kind}`] ?? genericHealth;
  return rule(object, { now, seen });
};
