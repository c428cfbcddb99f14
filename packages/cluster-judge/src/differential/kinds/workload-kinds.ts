import type { LiveObject, ValueMap } from "@evenkeel/embedded-cluster";
import { type FieldRow, type KindTable, kindOf, needed, row } from "./kind-table.ts";
import { podFields, podTemplate } from "./pod-fields.ts";

const conditions = (type: string): FieldRow =>
  row(
    "/status/conditions",
    [[{ type, status: "True" }], [{ type, status: "False", reason: "Why", message: "because" }], []],
    ["x"],
  );

const apps = (
  kind: string,
  plural: string,
  subresources: KindTable["subresources"],
  spec: () => ValueMap,
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
    spec: { selector: { matchLabels: { app: name } }, template: podTemplate(name), ...spec() },
  }),
  fields: [
    ...fields,
    row("/spec/minReadySeconds", [0, 10]),
    row("/spec/selector", [], [{ matchLabels: { app: "other" } }]),
    ...podFields("/spec/template"),
  ],
  status,
});

const replicas = row("/spec/replicas", [0, 2, 5], ["3", 1.5]);
const history = row("/spec/revisionHistoryLimit", [0, 3]);
const replicaStatus: readonly FieldRow[] = [
  row("/status/replicas", [1, 2], ["x"]),
  row("/status/observedGeneration", [1, 2]),
  conditions("Available"),
];

export const deployments = apps(
  "Deployment",
  "deployments",
  ["status", "scale"],
  () => ({ replicas: 1 }),
  [
    replicas,
    history,
    row("/spec/paused", [true, false], ["yes"]),
    needed("/spec/progressDeadlineSeconds", [60, 600]),
    row("/spec/strategy", [{ type: "RollingUpdate" }, {}]),
    needed("/spec/strategy/rollingUpdate/maxSurge", [1, "50%"]),
  ],
  replicaStatus,
);

export const statefulSets = apps(
  "StatefulSet",
  "statefulsets",
  ["status", "scale"],
  () => ({ serviceName: "svc" }),
  [
    replicas,
    history,
    row("/spec/serviceName", [], ["other"]),
    row("/spec/podManagementPolicy", [], ["Parallel"]),
    row("/spec/updateStrategy", [{ type: "RollingUpdate", rollingUpdate: { partition: 2 } }]),
    row("/spec/ordinals", [{ start: 3 }]),
    row("/spec/persistentVolumeClaimRetentionPolicy", [{ whenDeleted: "Delete", whenScaled: "Retain" }, {}]),
  ],
  [...replicaStatus, row("/status/currentRevision", ["a", "b"])],
);

export const daemonSets = apps(
  "DaemonSet",
  "daemonsets",
  ["status"],
  () => ({}),
  [
    history,
    row("/spec/updateStrategy", [
      { type: "OnDelete" },
      { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 2 } },
    ]),
  ],
  [row("/status/currentNumberScheduled", [0, 1, 2]), row("/status/numberReady", [0, 1, 2]), conditions("X")],
);

export const replicaSets: KindTable = {
  ...apps("ReplicaSet", "replicasets", ["status", "scale"], () => ({}), [replicas], replicaStatus),
};

const batch = (
  kind: string,
  plural: string,
  spec: () => ValueMap,
  fields: readonly FieldRow[],
  status: readonly FieldRow[],
): KindTable =>
  kindOf("batch/v1", kind, plural, () => ({ spec: spec() }), fields, { subresources: ["status"], status });

const jobTemplate = (): ValueMap => ({
  spec: { restartPolicy: "Never", containers: [{ name: "web", image: "job:1" }] },
});
const jobFields = (at: string): readonly FieldRow[] => [
  row(`${at}/parallelism`, [1, 2, 0]),
  row(`${at}/backoffLimit`, [0, 3]),
  needed(`${at}/activeDeadlineSeconds`, [100]),
  row(`${at}/ttlSecondsAfterFinished`, [0, 60]),
  row(`${at}/completions`, [1, 3]),
  row(`${at}/completionMode`, ["NonIndexed"]),
  row(`${at}/podReplacementPolicy`, ["Failed", "TerminatingOrFailed"]),
  needed(`${at}/template/spec/restartPolicy`, ["OnFailure"]),
];

export const jobs = batch(
  "Job",
  "jobs",
  () => ({ template: jobTemplate() }),
  [
    ...jobFields("/spec"),
    row("/spec/template/metadata/labels/extra", ["x"]),
    row("/spec/template/metadata/annotations/note", ["x", "y"]),
    needed("/spec/template/spec/containers/0/image", ["job:2"]),
    row("/spec/template/spec/containers/0/resources", [{ limits: { cpu: "1000m" } }]),
    row("/spec/template/spec/nodeSelector", [{ disk: "ssd" }]),
  ],
  [conditions("Complete")],
);

export const cronJobs = batch(
  "CronJob",
  "cronjobs",
  () => ({ schedule: "*/5 * * * *", jobTemplate: { spec: { template: jobTemplate() } } }),
  [
    needed("/spec/schedule", ["0 0 * * *", "@hourly"]),
    needed("/spec/timeZone", ["Etc/UTC"]),
    row("/spec/concurrencyPolicy", ["Forbid", "Replace", "Allow"]),
    row("/spec/suspend", [true, false]),
    row("/spec/startingDeadlineSeconds", [10]),
    row("/spec/successfulJobsHistoryLimit", [0, 5]),
    ...jobFields("/spec/jobTemplate/spec"),
    needed("/spec/jobTemplate/spec/template/spec/containers/0/image", ["job:2", "job:3"]),
    row("/spec/jobTemplate/spec/template/spec/containers/0/env", [[{ name: "A", value: "1" }]]),
  ],
  [
    row("/status/active", [[{ name: "j", namespace: "n" }], []]),
    row("/status/lastScheduleTime", ["2024-01-01T00:00:00Z"]),
  ],
);

/** A pod is a template without the level above; most of it may not change. */
export const pods = kindOf(
  "v1",
  "Pod",
  "pods",
  (name) => ({ spec: podTemplate(name)["spec"] as ValueMap }),
  [
    needed("/spec/containers/0/image", ["web:2", "web:3"]),
    ...podFields("", ["Always", "Never"]).filter(({ at }) => at.startsWith("/spec") && at !== "/spec/tolerations"),
  ],
  {
    subresources: ["status"],
    status: [
      row("/status/phase", ["Running", "Failed", "Succeeded"]),
      row("/status/conditions", [
        [{ type: "Ready", status: "True" }],
        [{ type: "Ready", status: "False", reason: "R" }],
      ]),
      row("/status/podIP", ["10.1.1.1"]),
      row("/status/containerStatuses", [
        [{ name: "web", image: "web:1", imageID: "", ready: true, restartCount: 1, state: { running: {} } }],
      ]),
      row("/status/observedGeneration", [1]),
    ],
  },
);
