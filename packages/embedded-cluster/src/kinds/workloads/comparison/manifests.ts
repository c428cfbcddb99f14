import type { Json, JsonObject } from "@evenkeel/resource";

import {
  claim,
  container,
  jobTemplate,
  labels,
  metrics,
  plainTemplate,
  richSpec,
  richTemplate,
  target,
} from "./templates.ts";

/** A kind under comparison: where its objects lie, and objects that the server takes. */
export interface Sample {
  readonly kind: string;
  /** Collection below the namespace: `/apis/apps/v1/namespaces/default/deployments`. */
  readonly path: string;
  readonly objects: readonly JsonObject[];
}
const object = (apiVersion: string, kind: string, spec: Json): JsonObject => ({
  apiVersion,
  kind,
  metadata: { name: "sample", labels },
  spec,
});

const selector = { matchLabels: labels };
const below = (group: string, plural: string): string => `/apis/${group}/namespaces/default/${plural}`;

export const samples: readonly Sample[] = [
  {
    kind: "Deployment",
    path: below("apps/v1", "deployments"),
    objects: [
      object("apps/v1", "Deployment", { selector, template: plainTemplate }),
      object("apps/v1", "Deployment", {
        replicas: 3,
        minReadySeconds: 5,
        revisionHistoryLimit: 2,
        selector: { ...selector, matchExpressions: [{ key: "tier", operator: "In", values: ["front"] }] },
        strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: "10%" } },
        template: richTemplate,
      }),
      object("apps/v1", "Deployment", { strategy: { type: "Recreate" }, selector, template: plainTemplate }),
    ],
  },
  {
    kind: "StatefulSet",
    path: below("apps/v1", "statefulsets"),
    objects: [
      object("apps/v1", "StatefulSet", { selector, serviceName: "web", template: plainTemplate }),
      object("apps/v1", "StatefulSet", {
        selector,
        serviceName: "web",
        replicas: 2,
        podManagementPolicy: "Parallel",
        updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 1 } },
        ordinals: { start: 1 },
        volumeClaimTemplates: [claim],
        template: {
          metadata: { labels },
          spec: { containers: [{ ...container, volumeMounts: [{ name: "data", mountPath: "/data" }] }] },
        },
      }),
    ],
  },
  {
    kind: "DaemonSet",
    path: below("apps/v1", "daemonsets"),
    objects: [
      object("apps/v1", "DaemonSet", { selector, template: plainTemplate }),
      object("apps/v1", "DaemonSet", {
        selector,
        minReadySeconds: 3,
        updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "20%" } },
        template: richTemplate,
      }),
      object("apps/v1", "DaemonSet", { selector, updateStrategy: { type: "OnDelete" }, template: plainTemplate }),
    ],
  },
  {
    kind: "ReplicaSet",
    path: below("apps/v1", "replicasets"),
    objects: [object("apps/v1", "ReplicaSet", { replicas: 2, selector, template: plainTemplate })],
  },
  {
    kind: "Job",
    path: below("batch/v1", "jobs"),
    objects: [
      object("batch/v1", "Job", { template: jobTemplate() }),
      object("batch/v1", "Job", {
        suspend: true,
        completions: 4,
        parallelism: 2,
        completionMode: "Indexed",
        backoffLimitPerIndex: 1,
        maxFailedIndexes: 2,
        ttlSecondsAfterFinished: 60,
        podFailurePolicy: {
          rules: [
            { action: "FailIndex", onExitCodes: { containerName: "web", operator: "In", values: [1, 5] } },
            { action: "Ignore", onPodConditions: [{ type: "DisruptionTarget" }] },
          ],
        },
        successPolicy: { rules: [{ succeededIndexes: "0-2", succeededCount: 2 }] },
        template: jobTemplate({ nodeSelector: { disk: "ssd" } }),
      }),
      object("batch/v1", "Job", {
        activeDeadlineSeconds: 100,
        backoffLimit: 2,
        manualSelector: true,
        selector: { matchLabels: { task: "clean" } },
        template: jobTemplate(),
      }),
    ],
  },
  {
    kind: "CronJob",
    path: below("batch/v1", "cronjobs"),
    objects: [
      object("batch/v1", "CronJob", {
        schedule: "*/5 * * * *",
        timeZone: "Europe/Berlin",
        concurrencyPolicy: "Forbid",
        startingDeadlineSeconds: 30,
        jobTemplate: { metadata: { labels }, spec: { backoffLimit: 1, template: jobTemplate() } },
      }),
    ],
  },
  {
    kind: "HorizontalPodAutoscaler v2",
    path: below("autoscaling/v2", "horizontalpodautoscalers"),
    objects: [
      object("autoscaling/v2", "HorizontalPodAutoscaler", { scaleTargetRef: target, maxReplicas: 5 }),
      object("autoscaling/v2", "HorizontalPodAutoscaler", {
        scaleTargetRef: target,
        minReplicas: 2,
        maxReplicas: 9,
        behavior: {
          scaleDown: { stabilizationWindowSeconds: 60, policies: [{ type: "Pods", value: 1, periodSeconds: 30 }] },
        },
        metrics,
      }),
    ],
  },
  {
    kind: "HorizontalPodAutoscaler v1",
    path: below("autoscaling/v1", "horizontalpodautoscalers"),
    objects: [
      object("autoscaling/v1", "HorizontalPodAutoscaler", { scaleTargetRef: target, maxReplicas: 5 }),
      object("autoscaling/v1", "HorizontalPodAutoscaler", {
        scaleTargetRef: target,
        minReplicas: 2,
        maxReplicas: 5,
        targetCPUUtilizationPercentage: 55,
      }),
    ],
  },
  {
    kind: "PodDisruptionBudget",
    path: below("policy/v1", "poddisruptionbudgets"),
    objects: [
      object("policy/v1", "PodDisruptionBudget", { selector, minAvailable: "50%" }),
      object("policy/v1", "PodDisruptionBudget", {
        selector,
        maxUnavailable: 1,
        unhealthyPodEvictionPolicy: "AlwaysAllow",
      }),
    ],
  },
  {
    kind: "PersistentVolumeClaim",
    path: "/api/v1/namespaces/default/persistentvolumeclaims",
    objects: [
      object("v1", "PersistentVolumeClaim", claim.spec),
      object("v1", "PersistentVolumeClaim", {
        ...claim.spec,
        storageClassName: "fast",
        volumeMode: "Block",
        selector,
        dataSourceRef: { apiGroup: "snapshot.storage.k8s.io", kind: "VolumeSnapshot", name: "last" },
      }),
    ],
  },
  {
    kind: "PersistentVolume",
    path: "/api/v1/persistentvolumes",
    objects: [
      object("v1", "PersistentVolume", {
        accessModes: ["ReadWriteOnce"],
        capacity: { storage: "1Gi" },
        hostPath: { path: "/data" },
      }),
    ],
  },
  {
    kind: "Pod",
    path: "/api/v1/namespaces/default/pods",
    objects: [
      object("v1", "Pod", { containers: [container] }),
      object("v1", "Pod", richSpec),
      object("v1", "Pod", {
        restartPolicy: "Never",
        hostNetwork: true,
        containers: [
          {
            ...container,
            ports: [{ containerPort: 80 }],
            resources: { limits: { cpu: "1", memory: "1Gi" } },
          },
        ],
      }),
    ],
  },
  {
    kind: "ReplicationController",
    path: "/api/v1/namespaces/default/replicationcontrollers",
    objects: [object("v1", "ReplicationController", { template: plainTemplate })],
  },
  {
    kind: "PodTemplate",
    path: "/api/v1/namespaces/default/podtemplates",
    objects: [{ apiVersion: "v1", kind: "PodTemplate", metadata: { name: "sample" }, template: richTemplate }],
  },
  {
    kind: "ControllerRevision",
    path: below("apps/v1", "controllerrevisions"),
    objects: [
      {
        apiVersion: "apps/v1",
        kind: "ControllerRevision",
        metadata: { name: "sample" },
        revision: 1,
        data: { spec: { a: 1 } },
      },
    ],
  },
];
