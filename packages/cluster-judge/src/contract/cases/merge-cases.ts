import { deepEqual, equal, ok } from "node:assert/strict";

import type { LiveObject, Value, ValueMap } from "@evenkeel/embedded-cluster";
import { valueAt } from "../../differential/pointer.ts";
import { casesOf } from "../contract-case.ts";
import { deployment, partOf, service, widget } from "../objects.ts";
import { ownedBy, versionOf, causes, a, b, forced, env, POD, containersOf, none } from "../ownership.ts";

/** Sets, keyed and atomic lists and maps: how they are joined, and who owns what of them. */
export const mergeCases = casesOf({
  "A10 sets are joined, each owner's items can be dropped alone": async (s) => {
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
  "A11 items of keyed lists are merged by key and owned by field": async (s) => {
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
  "A12 an applier's order of keyed items wins over the order before": async (s) => {
    await s.apply(deployment("a12", {}, env(["A", "1"], ["B", "2"], ["C", "3"])), a);
    const turned = await s.apply(deployment("a12", {}, env(["C", "3"], ["A", "1"], ["B", "2"])), a);
    deepEqual(
      (valueAt(turned.body, `${POD}/containers/0/env`) as ValueMap[]).map((item) => item["name"]),
      ["C", "A", "B"],
    );
  },
  "A13 an atomic list has one owner as a whole": async (s) => {
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
  "A14 an atomic map has one owner as a whole, a granular one an owner for each key": async (s) => {
    await s.apply(widget("a14", { atomic: { x: "1" }, granular: { x: "1" } }), a);
    const refused = await s.apply(widget("a14", { atomic: { x: "1", y: "2" }, granular: { y: "2" } }), b);
    deepEqual(
      causes(refused).map(([field]) => field),
      [".spec.atomic"],
    );
    const joined = await s.apply(widget("a14", { granular: { y: "2" } }), b);
    deepEqual(valueAt(joined.body, "/spec/granular"), { x: "1", y: "2" });
  },
  "A15 a port without its protocol gets the default as a part of its key": async (s) => {
    const made = await s.apply(service("a15", { ports: [{ port: 80 }] }), a);
    equal(made.status, 201, made.message);
    ok(valueAt(ownedBy(made, "a"), '/f:spec/f:ports/k:{"port":80,"protocol":"TCP"}'));
  },
  "A28 quantities come back in their canonical form, and the same apply again is a no-op": async (s) => {
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
  "A29 custom resources: set, keyed list, untyped list, schemaless part are owned as their schema says": async (s) => {
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
  "A30 a set with an item twice in the body is refused": async (s) => {
    const refused = await s.apply(widget("a30", { set: ["x", "x"] }), a);
    equal(refused.errorClass, "INVALID", `${refused.status} ${refused.message}`);
  },
  "A33 ownerReferences are keyed by uid": async (s) => {
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
  "A34 a key twice in live: another's item applied beside them leaves both": async (s) => {
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
});
