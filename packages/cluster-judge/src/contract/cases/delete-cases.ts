import { deepEqual, equal, ok } from "node:assert/strict";

import type { Value, ValueMap } from "@evenkeel/embedded-cluster";
import { valueAt } from "../../differential/pointer.ts";
import type { Answer } from "../bench.ts";
import { casesOf } from "../contract-case.ts";
import { configMap, deployment, namespaceNamed } from "../objects.ts";

const at = (answer: Answer, pointer: string): Value | undefined => valueAt(answer.body, pointer);
const version = (answer: Answer): Value | undefined => at(answer, "/metadata/resourceVersion");
const deleteOptions = (more: ValueMap): ValueMap => ({ apiVersion: "v1", kind: "DeleteOptions", ...more });
export const deleteCases = casesOf({
  "F01 a delete answers with a Status that names the object's uid": async (s) => {
    const made = await s.create(configMap("f01"));
    const gone = await s.remove(configMap("f01"));
    equal(gone.status, 200);
    equal(gone.body["kind"], "Status");
    equal(gone.body["status"], "Success");
    equal(at(gone, "/details/uid"), at(made, "/metadata/uid"));
    equal((await s.get(configMap("f01"))).status, 404);
  },
  "F02 a delete with the object's uid and version is done": async (s) => {
    const made = await s.create(configMap("f02"));
    const preconditions = { uid: at(made, "/metadata/uid") as string, resourceVersion: version(made) as string };
    equal((await s.remove(configMap("f02"), deleteOptions({ preconditions }))).status, 200);
  },
  "F03 a finalizer holds: the object is answered with deletionTimestamp, a second delete changes nothing, its removal ends it":
    async (s) => {
      await s.create(configMap("f03", {}, { finalizers: ["x.example.com/hold"] }));
      const marked = await s.remove(configMap("f03"));
      equal(marked.status, 200);
      equal(marked.body["kind"], "ConfigMap");
      ok(at(marked, "/metadata/deletionTimestamp"));
      equal(at(marked, "/metadata/deletionGracePeriodSeconds"), 0);
      const again = await s.remove(configMap("f03"));
      equal(version(again), version(marked));
      const added = await s.merge(configMap("f03"), {
        metadata: { finalizers: ["x.example.com/hold", "x.example.com/more"] },
      });
      equal(added.status, 422, "no new finalizer while it goes");
      await s.json(configMap("f03"), [{ op: "remove", path: "/metadata/finalizers" }]);
      equal((await s.get(configMap("f03"))).status, 404);
    },
  "F04 Foreground and Orphan leave their finalizer for the collector": async (s) => {
    await s.create(deployment("f04-a"));
    await s.create(deployment("f04-b"));
    const foreground = await s.remove(deployment("f04-a"), deleteOptions({ propagationPolicy: "Foreground" }));
    deepEqual(at(foreground, "/metadata/finalizers"), ["foregroundDeletion"]);
    const orphaned = await s.remove(deployment("f04-b"), deleteOptions({ propagationPolicy: "Orphan" }));
    deepEqual(at(orphaned, "/metadata/finalizers"), ["orphan"]);
  },
  "F05 a dry-run of a delete leaves the object": async (s) => {
    const made = await s.create(configMap("f05"));
    equal((await s.remove(configMap("f05"), undefined, { dryRun: "All" })).status, 200);
    equal((await s.remove(configMap("f05"), deleteOptions({ dryRun: ["All"] }))).status, 200);
    deepEqual((await s.get(configMap("f05"))).body, made.body);
  },
  "F06 options that cannot be are refused": async (s) => {
    await s.create(configMap("f06"));
    equal((await s.remove(configMap("f06"), deleteOptions({ propagationPolicy: "Sideways" }))).status, 422);
    equal(
      (await s.remove(configMap("f06"), deleteOptions({ orphanDependents: true, propagationPolicy: "Orphan" }))).status,
      422,
    );
    equal((await s.remove(configMap("f06"), deleteOptions({ dryRun: ["Some"] }))).status, 422);
    equal((await s.get(configMap("f06"))).status, 200);
  },
  "F07 a collection is deleted by selector": async (s) => {
    await s.create(configMap("a", {}, { labels: { go: "yes" } }));
    await s.create(configMap("b"));
    const gone = await s.send("DELETE", s.path(configMap("")), undefined, { query: { labelSelector: "go=yes" } });
    equal(gone.status, 200);
    equal(gone.body["kind"], "ConfigMapList");
    equal((await s.get(configMap("a"))).status, 404);
    equal((await s.get(configMap("b"))).status, 200);
  },
  "F08 a Namespace is Active, and Terminating while its finalizer holds": async (s) => {
    const name = "f08-namespace";
    const made = await s.create(namespaceNamed(name));
    equal(at(made, "/status/phase"), "Active");
    deepEqual(at(made, "/spec/finalizers"), ["kubernetes"]);
    deepEqual(at(made, "/metadata/labels"), { "kubernetes.io/metadata.name": name });
    const marked = await s.remove(namespaceNamed(name));
    equal(at(marked, "/status/phase"), "Terminating");
    const finalized = { ...marked.body, spec: { finalizers: [] } };
    equal((await s.send("PUT", `/api/v1/namespaces/${name}/finalize`, finalized)).status, 200);
    equal((await s.get(namespaceNamed(name))).status, 404);
  },
  "F09 the namespaces that the server needs cannot be deleted": async (s) => {
    const refused = await s.remove(namespaceNamed("kube-system"));
    equal(refused.status, 403);
  },
});
