import type { LiveObject, ValueMap } from "@evenkeel/embedded-cluster/internals/json";
import { type FieldRow, type KindTable, row } from "./kind-table.ts";
import { podFields, podTemplate } from "./pod-fields.ts";

const selectorRow = (bad = true): FieldRow =>
  row(
    "/spec/selector",
    [],
    bad
      ? [{ matchLabels: { app: "other" } }, {}, { matchExpressions: [{ key: "app", operator: "In", values: [] }] }]
      : [],
  );
const conditions = (type: string): FieldRow =>
  row(
    "/status/conditions",
    [[{ type, status: "True" }], [{ type, status: "False", reason: "Why", message: "because" }], []],
    [[{ type }], "x"],
  );

const apps = (
  kind: string,
  plural: string,
  subresources: KindTable["subresources"],
  spec: (name: string) => ValueMap,
  fields: readonly FieldRow[],
  status: readonly FieldRow[],
): KindTable => ({
  name: kind,
  apiVersion: "apps/v1",
  kind,
  plural,
  namespaced: true,
  subresources,
  strategic: true,
  base: (name): LiveObject => ({
    apiVersion: "apps/v1",
    kind,
    metadata: { name },
    spec: { selector: { matchLabels: { app: name } }, template: podTemplate(name), ...spec(name) },
  }),
  fields: [...fields, selectorRow(), ...podFields("/spec/template")],
  status,
});

const counts = [0, 1, 2] as const;

export const deployments = apps(
  "Deployment",
  "deployments",
  ["status", "scale"],
  () => ({ replicas: 1 }),
  [
    row("/spec/replicas", [0, 2, 5], [-1, "3", 1.5]),
    row("/spec/paused", [true, false], ["yes"]),
    row("/spec/minReadySeconds", [0, 10], [-1, 1000]),
    row("/spec/progressDeadlineSeconds", [60, 600], [0, -5]),
    row("/spec/revisionHistoryLimit", [0, 3], [-1]),
    row(
      "/spec/strategy",
      [
        { type: "Recreate" },
        { type: "RollingUpdate" },
        {},
        { type: "RollingUpdate", rollingUpdate: { maxSurge: "30%", maxUnavailable: 0 } },
      ],
      [
        { type: "Recreate", rollingUpdate: { maxSurge: 1 } },
        { type: "Other" },
        { rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } },
      ],
    ),
    row("/spec/strategy/rollingUpdate/maxSurge", [1, "50%"], [-1, "x", "101%"]),
    row("/spec/strategy/type", ["Recreate", "RollingUpdate"]),
  ],
  [
    row("/status/replicas", counts, [-1, "x"]),
    row("/status/readyReplicas", counts),
    row("/status/availableReplicas", counts),
    row("/status/observedGeneration", [1, 2], [-1]),
    row("/status/collisionCount", [1, 3]),
    conditions("Available"),
  ],
);

export const statefulSets = apps(
  "StatefulSet",
  "statefulsets",
  ["status", "scale"],
  () => ({ serviceName: "svc" }),
  [
    row("/spec/replicas", [0, 2, 5], [-1]),
    row("/spec/serviceName", [], ["other", ""]),
    row("/spec/podManagementPolicy", [], ["Parallel", "Wrong"]),
    row(
      "/spec/updateStrategy",
      [{ type: "OnDelete" }, { type: "RollingUpdate", rollingUpdate: { partition: 2 } }],
      [{ type: "OnDelete", rollingUpdate: { partition: 1 } }, { type: "X" }],
    ),
    row("/spec/revisionHistoryLimit", [5], [-1]),
    row("/spec/minReadySeconds", [3], [-1]),
    row("/spec/ordinals", [{ start: 3 }], [{ start: -1 }]),
    row(
      "/spec/persistentVolumeClaimRetentionPolicy",
      [{ whenDeleted: "Delete", whenScaled: "Retain" }, {}],
      [{ whenDeleted: "Maybe" }],
    ),
    row(
      "/spec/volumeClaimTemplates",
      [],
      [
        [
          {
            metadata: { name: "data" },
            spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
          },
        ],
      ],
    ),
  ],
  [
    row("/status/replicas", counts, [-1]),
    row("/status/readyReplicas", counts),
    row("/status/currentRevision", ["a", "b"]),
    row("/status/observedGeneration", [1, 3]),
    conditions("X"),
  ],
);

export const daemonSets = apps(
  "DaemonSet",
  "daemonsets",
  ["status"],
  () => ({}),
  [
    row(
      "/spec/updateStrategy",
      [
        { type: "OnDelete" },
        { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 2 } },
        { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      ],
      [{ type: "X" }, { rollingUpdate: { maxSurge: 1 } }],
    ),
    row("/spec/minReadySeconds", [3], [-1]),
    row("/spec/revisionHistoryLimit", [5], [-1]),
  ],
  [
    row("/status/currentNumberScheduled", counts, [-1]),
    row("/status/desiredNumberScheduled", counts),
    row("/status/numberReady", counts),
    row("/status/numberMisscheduled", counts),
    conditions("X"),
  ],
);

const batch = (
  kind: string,
  plural: string,
  spec: () => ValueMap,
  fields: readonly FieldRow[],
  status: readonly FieldRow[],
): KindTable => ({
  name: kind,
  apiVersion: "batch/v1",
  kind,
  plural,
  namespaced: true,
  subresources: ["status"],
  strategic: true,
  base: (name): LiveObject => ({ apiVersion: "batch/v1", kind, metadata: { name }, spec: spec() }),
  fields,
  status,
});

const jobTemplate = (): ValueMap => ({
  spec: { restartPolicy: "Never", containers: [{ name: "web", image: "job:1" }] },
});
const jobFields = (at: string): readonly FieldRow[] => [
  row(`${at}/parallelism`, [1, 2, 0], [-1]),
  row(`${at}/backoffLimit`, [0, 3], [-1]),
  row(`${at}/suspend`, [true, false]),
  row(`${at}/activeDeadlineSeconds`, [100], [-1]),
  row(`${at}/ttlSecondsAfterFinished`, [0, 60], [-1]),
  row(`${at}/completions`, [1, 3], [-1]),
  row(`${at}/completionMode`, ["NonIndexed"], ["Other"]),
  row(`${at}/podReplacementPolicy`, ["Failed", "TerminatingOrFailed"], ["Wrong"]),
  row(`${at}/template/spec/restartPolicy`, ["OnFailure"], ["Always", ""]),
];

export const jobs = batch(
  "Job",
  "jobs",
  () => ({ template: jobTemplate() }),
  [
    ...jobFields("/spec"),
    row("/spec/selector", [], [{ matchLabels: { a: "b" } }]),
    row("/spec/manualSelector", [], [true]),
    row("/spec/template/metadata/labels/extra", ["x"]),
    row("/spec/template/metadata/annotations/note", ["x", "y"]),
    row("/spec/template/spec/containers/0/image", ["job:2"]),
    row("/spec/template/spec/containers/0/resources", [{ limits: { cpu: "1000m" } }]),
    row("/spec/template/spec/nodeSelector", [{ disk: "ssd" }]),
  ],
  [
    row("/status/active", [0, 1], [-1]),
    row("/status/succeeded", [0, 1]),
    row("/status/failed", [1]),
    row("/status/startTime", ["2024-01-01T00:00:00Z"], ["never"]),
    conditions("Suspended"),
  ],
);

export const cronJobs = batch(
  "CronJob",
  "cronjobs",
  () => ({ schedule: "*/5 * * * *", jobTemplate: { spec: { template: jobTemplate() } } }),
  [
    row("/spec/schedule", ["0 0 * * *", "@hourly"], ["", "every day", "TZ=UTC 0 0 * * *"]),
    row("/spec/timeZone", ["Etc/UTC"], ["Nowhere/City", ""]),
    row("/spec/concurrencyPolicy", ["Forbid", "Replace", "Allow"], ["Other"]),
    row("/spec/suspend", [true, false]),
    row("/spec/startingDeadlineSeconds", [10], [-1]),
    row("/spec/successfulJobsHistoryLimit", [0, 5], [-1]),
    row("/spec/failedJobsHistoryLimit", [0, 5]),
    row("/spec/jobTemplate/metadata/labels/x", ["y"], ["no good"]),
    ...jobFields("/spec/jobTemplate/spec"),
    row("/spec/jobTemplate/spec/template/spec/containers/0/image", ["job:2", "job:3"]),
    row("/spec/jobTemplate/spec/template/spec/containers/0/env", [[{ name: "A", value: "1" }]]),
  ],
  [
    row("/status/active", [[{ name: "j", namespace: "n" }], []]),
    row("/status/lastScheduleTime", ["2024-01-01T00:00:00Z"]),
  ],
);
