import { deepEqual, equal } from "node:assert/strict";

import type { LiveObject, Value } from "@evenkeel/embedded-cluster";
import { valueAt } from "../../differential/pointer.ts";
import type { Answer, Bench } from "../bench.ts";
import { casesOf, refused } from "../contract-case.ts";
import { configMap, deployment, service, widget } from "../objects.ts";

const changed = async (bench: Bench, object: LiveObject, patch: Value): Promise<Answer> => {
  equal((await bench.create(object)).status, 201);
  return bench.merge(object, patch);
};
const job = (name: string): LiveObject => ({
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { name },
  spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "j", image: "j:1" }] } } },
});
/** Refusals of what another owns, of what is no longer so, and of what may not change. */
export const keptCases = casesOf({
  "E01 an apply of another's field is a conflict that names field and manager: CONFLICT": async (b) => {
    await b.apply(configMap("e01"), { fieldManager: "owner" });
    const answer = await refused(
      b.apply(configMap("e01", { key: "2" }), { fieldManager: "other" }),
      409,
      "CONFLICT",
      /^Apply failed with 1 conflict: conflict with "owner": \.data\.key$/,
    );
    const message = 'conflict with "owner"';
    deepEqual(valueAt(answer.body, "/details/causes"), [
      { reason: "FieldManagerConflict", message, field: ".data.key" },
    ]);
  },
  "E02 an update of an older version is stale: STALE": async (b) => {
    const first = await b.create(configMap("e02"));
    await b.merge(configMap("e02"), { data: { key: "2" } });
    await refused(b.put(first.body as LiveObject), 409, "STALE", /the object has been modified/);
  },
  "E03 a second create is stale: STALE": async (b) => {
    await b.create(configMap("e03"));
    await refused(b.create(configMap("e03")), 409, "STALE", /^configmaps "e03" already exists$/);
  },
  "E04 a delete of another uid is stale: STALE": async (b) => {
    await b.create(configMap("e04"));
    const uid = "00000000-0000-0000-0000-000000000000";
    await refused(
      b.remove(configMap("e04"), { apiVersion: "v1", kind: "DeleteOptions", preconditions: { uid } }),
      409,
      "STALE",
    );
  },
  "E05 a delete of another version is stale: STALE": async (b) => {
    await b.create(configMap("e05"));
    await refused(
      b.remove(configMap("e05"), {
        apiVersion: "v1",
        kind: "DeleteOptions",
        preconditions: { resourceVersion: "1" },
      }),
      409,
      "STALE",
    );
  },
  "E06 an apply that carries another uid is stale: STALE": async (b) => {
    await b.apply(configMap("e06"), { fieldManager: "owner" });
    const uid = "00000000-0000-0000-0000-000000000000";
    await refused(b.apply(configMap("e06", { key: "2" }, { uid }), { fieldManager: "owner" }), 422, "STALE");
  },
  "E07 a Deployment's selector is immutable: INVALID": (b) =>
    refused(
      changed(b, deployment("e07"), {
        spec: { selector: { matchLabels: { app: "x" } }, template: { metadata: { labels: { app: "x" } } } },
      }),
      422,
      "INVALID",
      /field is immutable/,
    ),
  "E08 most of a StatefulSet is immutable: INVALID": (b) =>
    refused(
      changed(
        b,
        { ...deployment("e08", { replicas: 1, serviceName: "a" }), kind: "StatefulSet" },
        { spec: { serviceName: "b" } },
      ),
      422,
      "INVALID",
      /updates to statefulset spec for fields other than .* are forbidden/,
    ),
  "E09 an immutable ConfigMap is immutable: INVALID": (b) =>
    refused(
      changed(b, { ...configMap("e09"), immutable: true }, { data: { key: "2" } }),
      422,
      "INVALID",
      /field is immutable when `immutable` is set/,
    ),
  "E10 a Secret's type is immutable: INVALID": (b) =>
    refused(
      changed(b, { apiVersion: "v1", kind: "Secret", metadata: { name: "e10" } }, { type: "example.com/x" }),
      422,
      "INVALID",
    ),
  "E11 a Job's template is immutable: INVALID": (b) =>
    refused(
      changed(b, job("e11"), { spec: { template: { spec: { containers: [{ name: "j", image: "j:2" }] } } } }),
      422,
      "INVALID",
      /field is immutable/,
    ),
  "E12 a claim's spec is immutable: INVALID": (b) =>
    refused(
      changed(
        b,
        {
          apiVersion: "v1",
          kind: "PersistentVolumeClaim",
          metadata: { name: "e12" },
          spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
        },
        { spec: { accessModes: ["ReadWriteMany"] } },
      ),
      422,
      "INVALID",
    ),
  "E13 a Service's address may not change once set, which is told in words of its own: INVALID": (b) =>
    refused(
      changed(b, service("e13"), { spec: { clusterIP: "10.96.77.77", clusterIPs: ["10.96.77.77"] } }),
      422,
      "INVALID",
      /may not change once set/,
    ),
  "E14 a custom resource's transition rule says immutable: INVALID": (b) =>
    refused(changed(b, widget("e14", { fixed: "a" }), { spec: { fixed: "b" } }), 422, "INVALID", /fixed is immutable/),
});
