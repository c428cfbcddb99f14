import { deepEqual, equal, match, ok } from "node:assert/strict";

import type { LiveObject, ValueMap } from "@evenkeel/embedded-cluster";
import { valueAt } from "../../differential/pointer.ts";
import type { Answer } from "../bench.ts";
import { casesOf } from "../contract-case.ts";
import { configMap, deployment, service } from "../objects.ts";
import { entries, ownedBy, versionOf, causes, a, b, forced, none } from "../ownership.ts";

/** Who owns a field, and how that passes on. */
export const applyCases = casesOf({
  "A01 an apply creates (201), the same again is a no-op that keeps the version and the entry's time": async (s) => {
    const first = await s.apply(configMap("a01"), a);
    equal(first.status, 201);
    const again = await s.apply(configMap("a01"), a);
    equal(again.status, 200);
    deepEqual(again.body, first.body);
  },
  "A02 an entry tells manager, operation, version, fields; the identity is no field": async (s) => {
    const made = await s.apply(configMap("a02", { key: "1" }, { labels: { x: "y" } }), a);
    const [entry] = entries(made);
    deepEqual(
      { ...entry, time: "" },
      {
        manager: "a",
        operation: "Apply",
        apiVersion: "v1",
        time: "",
        fieldsType: "FieldsV1",
        fieldsV1: { "f:data": { "f:key": {} }, "f:metadata": { "f:labels": { "f:x": {} } } },
      },
    );
  },
  "A03 force takes the field and its old owner's entry loses it": async (s) => {
    await s.apply(configMap("a03", { key: "1", mine: "1" }), a);
    const taken = await s.apply(configMap("a03", { key: "2" }), forced("b"));
    equal(taken.status, 200);
    deepEqual(ownedBy(taken, "a"), { "f:data": { "f:mine": {} } });
    deepEqual(ownedBy(taken, "b"), { "f:data": { "f:key": {} } });
  },
  "A04 a conflict names every field and manager, in the message and in its causes": async (s) => {
    await s.apply(configMap("a04", { one: "1", two: "1" }), a);
    await s.merge(configMap("a04"), { data: { two: "2" } }, { fieldManager: "editor" });
    const refused = await s.apply(configMap("a04", { one: "3", two: "3" }), b);
    equal(refused.status, 409);
    const found = causes(refused);
    deepEqual(found.map(([field]) => field).toSorted(), [".data.one", ".data.two"]);
    match(found.find(([field]) => field === ".data.two")?.[1] ?? "", /^conflict with "editor" using v1$/);
    equal(found.find(([field]) => field === ".data.one")?.[1], 'conflict with "a"');
    match(refused.message, /^Apply failed with 2 conflicts: /);
  },
  "A05 the same value applied by two is shared, and stays when one drops it": async (s) => {
    await s.apply(configMap("a05"), a);
    const shared = await s.apply(configMap("a05"), b);
    deepEqual(ownedBy(shared, "a"), ownedBy(shared, "b"));
    const left = await s.apply(none("a05"), a);
    equal(valueAt(left.body, "/data/key"), "1");
    equal(ownedBy(left, "a"), undefined);
  },
  "A06 a field that its only owner drops is removed": async (s) => {
    await s.apply(configMap("a06", { key: "1", gone: "1" }), a);
    const left = await s.apply(configMap("a06"), a);
    deepEqual(left.body["data"], { key: "1" });
  },
  "A07 dropping the only field of an entry removes the entry": async (s) => {
    await s.apply(configMap("a07"), a);
    await s.apply(configMap("a07", { other: "1" }), b);
    const left = await s.apply(none("a07"), a);
    deepEqual(left.body["data"], { other: "1" });
    deepEqual(
      entries(left).map((entry) => entry.manager),
      ["b"],
    );
  },
  "A08 an update that changes a field takes it from its applier, one that keeps the value takes nothing": async (s) => {
    const made = await s.apply(configMap("a08"), a);
    const same = await s.put(made.body as LiveObject, { fieldManager: "editor" });
    deepEqual(ownedBy(same, "a"), { "f:data": { "f:key": {} } });
    equal(versionOf(same), versionOf(made));
    const changed = await s.merge(configMap("a08"), { data: { key: "2" } }, { fieldManager: "editor" });
    equal(ownedBy(changed, "a"), undefined);
    deepEqual(ownedBy(changed, "editor", "Update"), { "f:data": { "f:key": {} } });
  },
  "A09 a create by update owns what it sets, defaults too": async (s) => {
    const made = await s.create(service("a09"), { fieldManager: "maker" });
    const fields = ownedBy(made, "maker", "Update");
    ok(valueAt(fields, "/f:spec/f:sessionAffinity"));
    equal(valueAt(fields, "/f:spec/f:clusterIP"), undefined);
  },
  "A16 more than ten update entries: the oldest are put together as ancient-changes": async (s) => {
    await s.create(configMap("a16"), { fieldManager: "m00" });
    let last: Answer | undefined;
    for (let n = 1; n <= 11; n++) {
      last = await s.merge(
        configMap("a16"),
        { data: { [`k${n}`]: "1" } },
        { fieldManager: `m${String(n).padStart(2, "0")}` },
      );
    }
    const managers = entries(last ?? (await s.get(configMap("a16")))).map((entry) => entry.manager);
    equal(managers.length, 10);
    ok(managers.includes("ancient-changes"), managers.join());
  },
  "A24 managedFields reset by [{}] are empty, and the next apply owns again": async (s) => {
    await s.apply(configMap("a24"), a);
    const reset = await s.merge(configMap("a24"), { metadata: { managedFields: [{}] } });
    deepEqual(entries(reset), []);
    const again = await s.apply(configMap("a24"), a);
    deepEqual(ownedBy(again, "a"), { "f:data": { "f:key": {} } });
  },
  "A25 an apply onto reset managedFields with another value is a conflict with before-first-apply": async (s) => {
    await s.create(configMap("a25"));
    await s.merge(configMap("a25"), { metadata: { managedFields: [{}] } });
    const refused = await s.apply(configMap("a25", { key: "2" }), a);
    equal(refused.status, 409, refused.message);
    match(causes(refused)[0]?.[1] ?? "", /before-first-apply/);
  },
  "A26 an empty list of managedFields in an update clears them too": async (s) => {
    await s.apply(configMap("a26"), a);
    const cleared = await s.merge(configMap("a26"), { metadata: { managedFields: [] } });
    deepEqual(entries(cleared), []);
  },
  "A31 two versions of a kind: an entry keeps its own, a conflict tells it": async (s) => {
    const spec = { maxReplicas: 3, scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "x" } };
    const hpa = (apiVersion: string, more: ValueMap = {}): LiveObject => ({
      apiVersion,
      kind: "HorizontalPodAutoscaler",
      metadata: { name: "a31" },
      spec: { ...spec, ...more },
    });
    await s.apply(hpa("autoscaling/v2"), a);
    const refused = await s.apply(hpa("autoscaling/v1", { maxReplicas: 5 }), b);
    deepEqual(causes(refused), [[".spec.maxReplicas", 'conflict with "a"']]);
    const shared = await s.apply(hpa("autoscaling/v1"), b);
    deepEqual(
      entries(shared)
        .map((entry) => `${entry.manager} ${entry.apiVersion}`)
        .toSorted(),
      ["a autoscaling/v2", "b autoscaling/v1"],
    );
  },
  "A32 a label that a delete by merge patch removes leaves its owner's entry": async (s) => {
    await s.apply(configMap("a32", { key: "1" }, { labels: { x: "1", y: "1" } }), a);
    const left = await s.merge(configMap("a32"), { metadata: { labels: { x: null } } });
    deepEqual(ownedBy(left, "a"), { "f:data": { "f:key": {} }, "f:metadata": { "f:labels": { "f:y": {} } } });
  },
  "A35 an update's entry of the status is one of its own": async (s) => {
    await s.create(deployment("a35"), { fieldManager: "maker" });
    const written = await s.merge(deployment("a35"), { status: { replicas: 2 } }, { fieldManager: "maker" }, "status");
    deepEqual(ownedBy(written, "maker", "Update", "status"), { "f:status": { "f:replicas": {} } });
  },
  "A36 without a manager's name an update is its user agent's": async (s) => {
    const made = await s.send("POST", s.path(configMap("")), configMap("a36"));
    deepEqual(
      entries(made).map((entry) => entry.manager),
      ["judge"],
    );
  },
});
