import { deepEqual, equal, match, notEqual, ok } from "node:assert/strict";

import type { LiveObject, Value, ValueMap } from "@evenkeel/embedded-cluster";
import { isMap } from "@evenkeel/embedded-cluster";
import { valueAt } from "../../differential/pointer.ts";
import type { Answer } from "../bench.ts";
import type { ContractCase } from "../contract-case.ts";
import { configMap, deployment, partOf, service, widget } from "../objects.ts";

interface Entry {
  readonly manager: string;
  readonly operation: string;
  readonly subresource?: string;
  readonly apiVersion: string;
  readonly time: string;
  readonly fieldsV1: ValueMap;
}

const entries = (answer: Answer): readonly Entry[] => {
  const managed = valueAt(answer.body, "/metadata/managedFields");
  return (Array.isArray(managed) ? managed : []) as unknown as readonly Entry[];
};
const ownedBy = (answer: Answer, manager: string, operation = "Apply", subresource?: string): ValueMap | undefined =>
  entries(answer).find((e) => e.manager === manager && e.operation === operation && e.subresource === subresource)
    ?.fieldsV1;
const versionOf = (answer: Answer): Value | undefined => valueAt(answer.body, "/metadata/resourceVersion");
const causes = (answer: Answer): readonly (readonly [field: string, message: string])[] => {
  const list = valueAt(answer.body, "/details/causes");
  return (Array.isArray(list) ? list : []).flatMap((cause) =>
    isMap(cause) ? [[String(cause["field"] as string), String(cause["message"] as string)] as const] : [],
  );
};
const a = { fieldManager: "a" } as const;
const b = { fieldManager: "b" } as const;
const forced = (manager: string) => ({ fieldManager: manager, force: true }) as const;
const env = (...items: readonly (readonly [string, string])[]): ValueMap => ({
  env: items.map(([name, value]) => ({ name, value })),
});
const POD = "/spec/template/spec";
const containersOf = (fields: ValueMap | undefined): Value | undefined =>
  valueAt(fields, "/f:spec/f:template/f:spec/f:containers");

const none = (name: string): LiveObject => partOf(configMap(name), {});

export const applyCases: readonly ContractCase[] = [
  {
    id: "A01",
    title: "an apply creates (201), the same again is a no-op that keeps the version and the entry's time",
    run: async (s) => {
      const first = await s.apply(configMap("a01"), a);
      equal(first.status, 201);
      const again = await s.apply(configMap("a01"), a);
      equal(again.status, 200);
      deepEqual(again.body, first.body);
    },
  },
  {
    id: "A02",
    title: "an entry tells manager, operation, version, fields; the identity is no field",
    run: async (s) => {
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
  },
  {
    id: "A03",
    title: "force takes the field and its old owner's entry loses it",
    run: async (s) => {
      await s.apply(configMap("a03", { key: "1", mine: "1" }), a);
      const taken = await s.apply(configMap("a03", { key: "2" }), forced("b"));
      equal(taken.status, 200);
      deepEqual(ownedBy(taken, "a"), { "f:data": { "f:mine": {} } });
      deepEqual(ownedBy(taken, "b"), { "f:data": { "f:key": {} } });
    },
  },
  {
    id: "A04",
    title: "a conflict names every field and manager, in the message and in its causes",
    run: async (s) => {
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
  },
  {
    id: "A05",
    title: "the same value applied by two is shared, and stays when one drops it",
    run: async (s) => {
      await s.apply(configMap("a05"), a);
      const shared = await s.apply(configMap("a05"), b);
      deepEqual(ownedBy(shared, "a"), ownedBy(shared, "b"));
      const left = await s.apply(none("a05"), a);
      equal(valueAt(left.body, "/data/key"), "1");
      equal(ownedBy(left, "a"), undefined);
    },
  },
  {
    id: "A06",
    title: "a field that its only owner drops is removed",
    run: async (s) => {
      await s.apply(configMap("a06", { key: "1", gone: "1" }), a);
      const left = await s.apply(configMap("a06"), a);
      deepEqual(left.body["data"], { key: "1" });
    },
  },
  {
    id: "A07",
    title: "dropping the only field of an entry removes the entry",
    run: async (s) => {
      await s.apply(configMap("a07"), a);
      await s.apply(configMap("a07", { other: "1" }), b);
      const left = await s.apply(none("a07"), a);
      deepEqual(left.body["data"], { other: "1" });
      deepEqual(
        entries(left).map((entry) => entry.manager),
        ["b"],
      );
    },
  },
  {
    id: "A08",
    title: "an update that changes a field takes it from its applier, one that keeps the value takes nothing",
    run: async (s) => {
      const made = await s.apply(configMap("a08"), a);
      const same = await s.put(made.body as LiveObject, { fieldManager: "editor" });
      deepEqual(ownedBy(same, "a"), { "f:data": { "f:key": {} } });
      equal(versionOf(same), versionOf(made));
      const changed = await s.merge(configMap("a08"), { data: { key: "2" } }, { fieldManager: "editor" });
      equal(ownedBy(changed, "a"), undefined);
      deepEqual(ownedBy(changed, "editor", "Update"), { "f:data": { "f:key": {} } });
    },
  },
  {
    id: "A09",
    title: "a create by update owns what it sets, defaults too",
    run: async (s) => {
      const made = await s.create(service("a09"), { fieldManager: "maker" });
      const fields = ownedBy(made, "maker", "Update");
      ok(valueAt(fields, "/f:spec/f:sessionAffinity"));
      equal(valueAt(fields, "/f:spec/f:clusterIP"), undefined);
    },
  },
  {
    id: "A10",
    title: "sets are joined, each owner's items can be dropped alone",
    run: async (s) => {
      const holding = (finalizer: string): LiveObject => ({
        ...none("a10"),
        metadata: { name: "a10", finalizers: [finalizer] },
      });
      await s.apply(holding("x.example.com/a"), a);
      const joined = await s.apply(holding("x.example.com/b"), b);
      equal(joined.status, 200, joined.message);
      deepEqual(valueAt(joined.body, "/metadata/finalizers"), ["x.example.com/a", "x.example.com/b"]);
      ok(valueAt(ownedBy(joined, "b"), '/f:metadata/f:finalizers/v:"x.example.com~1b"'));
      const left = await s.apply(none("a10"), a);
      deepEqual(valueAt(left.body, "/metadata/finalizers"), ["x.example.com/b"]);
    },
  },
  {
    id: "A11",
    title: "items of keyed lists are merged by key and owned by field",
    run: async (s) => {
      await s.apply(deployment("a11", {}, env(["A", "1"])), a);
      const part = partOf(deployment("a11"), {
        spec: { template: { spec: { containers: [{ name: "web", ...env(["B", "2"]) }] } } },
      });
      const joined = await s.apply(part, b);
      equal(joined.status, 200, joined.message);
      deepEqual(valueAt(joined.body, `${POD}/containers/0/env`), [
        { name: "A", value: "1" },
        { name: "B", value: "2" },
      ]);
      deepEqual(containersOf(ownedBy(joined, "b")), {
        'k:{"name":"web"}': {
          ".": {},
          "f:name": {},
          "f:env": { 'k:{"name":"B"}': { ".": {}, "f:name": {}, "f:value": {} } },
        },
      });
      const left = await s.apply(partOf(deployment("a11"), {}), b);
      deepEqual(valueAt(left.body, `${POD}/containers/0/env`), [{ name: "A", value: "1" }]);
    },
  },
  {
    id: "A12",
    title: "an applier's order of keyed items wins over the order before",
    run: async (s) => {
      await s.apply(deployment("a12", {}, env(["A", "1"], ["B", "2"], ["C", "3"])), a);
      const turned = await s.apply(deployment("a12", {}, env(["C", "3"], ["A", "1"], ["B", "2"])), a);
      deepEqual(
        (valueAt(turned.body, `${POD}/containers/0/env`) as ValueMap[]).map((item) => item["name"]),
        ["C", "A", "B"],
      );
    },
  },
  {
    id: "A13",
    title: "an atomic list has one owner as a whole",
    run: async (s) => {
      await s.apply(deployment("a13", {}, { args: ["-a"] }), a);
      const part = partOf(deployment("a13"), {
        spec: { template: { spec: { containers: [{ name: "web", args: ["-a", "-b"] }] } } },
      });
      const refused = await s.apply(part, b);
      deepEqual(
        causes(refused).map(([field]) => field),
        ['.spec.template.spec.containers[name="web"].args'],
      );
      const taken = await s.apply(part, forced("b"));
      deepEqual(valueAt(taken.body, `${POD}/containers/0/args`), ["-a", "-b"]);
    },
  },
  {
    id: "A14",
    title: "an atomic map has one owner as a whole, a granular one an owner for each key",
    run: async (s) => {
      await s.apply(widget("a14", { atomic: { x: "1" }, granular: { x: "1" } }), a);
      const refused = await s.apply(widget("a14", { atomic: { x: "1", y: "2" }, granular: { y: "2" } }), b);
      deepEqual(
        causes(refused).map(([field]) => field),
        [".spec.atomic"],
      );
      const joined = await s.apply(widget("a14", { granular: { y: "2" } }), b);
      deepEqual(valueAt(joined.body, "/spec/granular"), { x: "1", y: "2" });
    },
  },
  {
    id: "A15",
    title: "a port without its protocol gets the default as a part of its key",
    run: async (s) => {
      const made = await s.apply(service("a15", { ports: [{ port: 80 }] }), a);
      equal(made.status, 201, made.message);
      ok(valueAt(ownedBy(made, "a"), '/f:spec/f:ports/k:{"port":80,"protocol":"TCP"}'));
    },
  },
  {
    id: "A16",
    title: "more than ten update entries: the oldest are put together as ancient-changes",
    run: async (s) => {
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
  },
  {
    id: "A17",
    title: "a dry-run answers like the act and leaves no trace",
    run: async (s) => {
      const dry = await s.apply(configMap("a17"), { ...a, dryRun: "All" });
      equal(dry.status, 201);
      equal((await s.get(configMap("a17"))).status, 404);
      const made = await s.apply(configMap("a17"), a);
      const changed = await s.apply(configMap("a17", { key: "2" }), { ...a, dryRun: "All" });
      equal(valueAt(changed.body, "/data/key"), "2");
      equal(versionOf(changed), versionOf(made));
      deepEqual((await s.get(configMap("a17"))).body, made.body);
    },
  },
  {
    id: "A18",
    title: "an apply needs a field manager",
    run: async (s) => {
      const refused = await s.send("PATCH", s.path(configMap("a18")), configMap("a18"), {
        type: "application/apply-patch+yaml",
      });
      equal(refused.status, 422);
      match(refused.message, /fieldManager: Required value: is required for apply patch/);
    },
  },
  {
    id: "A19",
    title: "an apply must not carry managedFields",
    run: async (s) => {
      const refused = await s.apply(configMap("a19", {}, { managedFields: [{ manager: "x" }] }), a);
      equal(refused.status, 400);
      match(refused.message, /metadata.managedFields must be nil/);
    },
  },
  {
    id: "A20",
    title: "an apply to the status is an entry of its own, and takes nothing else",
    run: async (s) => {
      await s.apply(deployment("a20"), a);
      const object = partOf(deployment("a20"), { spec: { replicas: 9 }, status: { replicas: 3 } });
      const written = await s.apply(object, { fieldManager: "a" }, "status");
      equal(written.status, 200, written.message);
      equal(valueAt(written.body, "/spec/replicas"), 1);
      equal(valueAt(written.body, "/status/replicas"), 3);
      deepEqual(ownedBy(written, "a", "Apply", "status"), { "f:status": { "f:replicas": {} } });
      ok(valueAt(ownedBy(written, "a"), "/f:spec/f:replicas"));
    },
  },
  {
    id: "A21",
    title: "null and empty leaves: what an entry keeps of them",
    run: async (s) => {
      const made = await s.apply(
        { ...configMap("a21"), data: {}, metadata: { name: "a21", annotations: {}, labels: null } },
        a,
      );
      equal(made.status, 201, made.message);
      const other = await s.merge(configMap("a21"), {
        metadata: { annotations: { theirs: "x" } },
        data: { theirs: "x" },
      });
      equal(other.status, 200);
      const again = await s.apply(
        { ...configMap("a21"), data: {}, metadata: { name: "a21", annotations: {}, labels: null } },
        a,
      );
      equal(valueAt(again.body, "/data/theirs"), "x");
    },
  },
  {
    id: "A22",
    title: "a body is read as YAML: escapes survive, raw U+0085 and U+2028 do not",
    run: async (s) => {
      const send = (name: string, text: string): Promise<Answer> =>
        s.send(
          "PATCH",
          s.path(configMap(name)),
          `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"${name}"},"data":{"k":"${text}"}}`,
          {
            type: "application/apply-patch+yaml",
            query: a,
          },
        );
      equal(valueAt((await send("a22-a", "x\\u0085y")).body, "/data/k"), "x\u0085y");
      equal(valueAt((await send("a22-b", "x\u0085y")).body, "/data/k"), "x y");
      notEqual(valueAt((await send("a22-c", "x \u2028 y")).body, "/data/k"), "x \u2028 y");
      equal((await send("a22-d", "x\u007fy")).status, 400);
      equal((await send("a22-e", "\\ud83d\\ude00")).status, 400);
      equal(valueAt((await send("a22-f", "😀")).body, "/data/k"), "😀");
      equal((await send("a22-g", "x\uffffy")).status, 400);
    },
  },
  {
    id: "A23",
    title: "a body may be YAML in its own form",
    run: async (s) => {
      const text =
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a23\n  labels: {x: 'y'}\ndata:\n  key: |\n    two\n    lines\n";
      const made = await s.send("PATCH", s.path(configMap("a23")), text, {
        type: "application/apply-patch+yaml",
        query: a,
      });
      equal(made.status, 201, made.message);
      deepEqual(made.body["data"], { key: "two\nlines\n" });
    },
  },
  {
    id: "A24",
    title: "managedFields reset by [{}] are empty, and the next apply owns again",
    run: async (s) => {
      await s.apply(configMap("a24"), a);
      const reset = await s.merge(configMap("a24"), { metadata: { managedFields: [{}] } });
      deepEqual(entries(reset), []);
      const again = await s.apply(configMap("a24"), a);
      deepEqual(ownedBy(again, "a"), { "f:data": { "f:key": {} } });
    },
  },
  {
    id: "A25",
    title: "an apply onto reset managedFields with another value is a conflict with before-first-apply",
    run: async (s) => {
      await s.create(configMap("a25"));
      await s.merge(configMap("a25"), { metadata: { managedFields: [{}] } });
      const refused = await s.apply(configMap("a25", { key: "2" }), a);
      equal(refused.status, 409, refused.message);
      match(causes(refused)[0]?.[1] ?? "", /before-first-apply/);
    },
  },
  {
    id: "A26",
    title: "an empty list of managedFields in an update clears them too",
    run: async (s) => {
      await s.apply(configMap("a26"), a);
      const cleared = await s.merge(configMap("a26"), { metadata: { managedFields: [] } });
      deepEqual(entries(cleared), []);
    },
  },
  {
    id: "A27",
    title: "an apply that carries another resourceVersion is stale",
    run: async (s) => {
      const made = await s.apply(configMap("a27"), a);
      const old = String(versionOf(made) as string);
      await s.apply(configMap("a27", { key: "2" }), a);
      const refused = await s.apply(configMap("a27", { key: "3" }, { resourceVersion: old }), a);
      equal(refused.status, 409);
      equal(refused.errorClass, "STALE");
    },
  },
  {
    id: "A28",
    title: "quantities come back in their canonical form, and the same apply again is a no-op",
    run: async (s) => {
      const object = deployment(
        "a28",
        {},
        { resources: { requests: { cpu: "1000m", memory: "1024Mi" }, limits: { memory: "2000M" } } },
      );
      const made = await s.apply(object, a);
      deepEqual(valueAt(made.body, `${POD}/containers/0/resources`), {
        requests: { cpu: "1", memory: "1Gi" },
        limits: { memory: "2G" },
      });
      equal(versionOf(await s.apply(object, a)), versionOf(made));
    },
  },
  {
    id: "A29",
    title: "custom resources: set, keyed list, untyped list, schemaless part are owned as their schema says",
    run: async (s) => {
      const made = await s.apply(
        widget("a29", {
          set: ["x"],
          keyed: [{ name: "n", value: "v" }],
          untyped: ["u"],
          free: { deep: { list: [1], v: 1 } },
        }),
        a,
      );
      deepEqual(valueAt(ownedBy(made, "a"), "/f:spec"), {
        "f:set": { 'v:"x"': {} },
        "f:keyed": { 'k:{"name":"n"}': { ".": {}, "f:name": {}, "f:value": {} } },
        "f:untyped": {},
        "f:free": { "f:deep": { ".": {}, "f:list": {}, "f:v": {} } },
      });
      equal(valueAt(made.body, "/spec/defaulted"), "from-schema");
    },
  },
  {
    id: "A30",
    title: "a set with an item twice in the body is refused",
    run: async (s) => {
      const refused = await s.apply(widget("a30", { set: ["x", "x"] }), a);
      equal(refused.errorClass, "INVALID", `${refused.status} ${refused.message}`);
    },
  },
  {
    id: "A31",
    title: "two versions of a kind: an entry keeps its own, a conflict tells it",
    run: async (s) => {
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
  },
  {
    id: "A32",
    title: "a label that a delete by merge patch removes leaves its owner's entry",
    run: async (s) => {
      await s.apply(configMap("a32", { key: "1" }, { labels: { x: "1", y: "1" } }), a);
      const left = await s.merge(configMap("a32"), { metadata: { labels: { x: null } } });
      deepEqual(ownedBy(left, "a"), { "f:data": { "f:key": {} }, "f:metadata": { "f:labels": { "f:y": {} } } });
    },
  },
  {
    id: "A33",
    title: "ownerReferences are keyed by uid",
    run: async (s) => {
      const owner = (uid: string): ValueMap => ({ apiVersion: "v1", kind: "ConfigMap", name: "o", uid });
      const [one, two] = ["11111111-1111-1111-1111-111111111111", "22222222-1111-1111-1111-111111111111"] as const;
      const ownedByOne = (uid: string): LiveObject => ({
        ...none("a33"),
        metadata: { name: "a33", ownerReferences: [owner(uid)] },
      });
      await s.apply(ownedByOne(one), a);
      const joined = await s.apply(ownedByOne(two), b);
      equal(joined.status, 200, joined.message);
      equal((valueAt(joined.body, "/metadata/ownerReferences") as Value[]).length, 2);
      ok(valueAt(ownedBy(joined, "b"), `/f:metadata/f:ownerReferences/k:{"uid":"${two}"}`));
    },
  },
  {
    id: "A34",
    title: "a key twice in live: another's item applied beside them leaves both",
    run: async (s) => {
      await s.create(
        deployment(
          "a34",
          {},
          {
            env: [
              { name: "A", value: "1" },
              { name: "A", value: "2" },
            ],
          },
        ),
      );
      const part = partOf(deployment("a34"), { metadata: { name: "a34", labels: { x: "y" } } });
      const answer = await s.apply(part, a);
      equal(answer.status, 200, answer.message);
      equal((valueAt(answer.body, `${POD}/containers/0/env`) as Value[]).length, 2);
    },
  },
  {
    id: "A35",
    title: "an update's entry of the status is one of its own",
    run: async (s) => {
      await s.create(deployment("a35"), { fieldManager: "maker" });
      const written = await s.merge(
        deployment("a35"),
        { status: { replicas: 2 } },
        { fieldManager: "maker" },
        "status",
      );
      deepEqual(ownedBy(written, "maker", "Update", "status"), { "f:status": { "f:replicas": {} } });
    },
  },
  {
    id: "A36",
    title: "without a manager's name an update is its user agent's",
    run: async (s) => {
      const made = await s.send("POST", s.path(configMap("")), configMap("a36"));
      deepEqual(
        entries(made).map((entry) => entry.manager),
        ["judge"],
      );
    },
  },
];
