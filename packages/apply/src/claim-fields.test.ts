import type { JsonObject, KubeObject } from "@evenkeel/resource";
import { describe, expect, test } from "vitest";

import { claimLeft, claimWhole } from "./claim-fields.ts";
import type { ManagedEntry } from "./fields-v1.ts";
import { parsePath } from "./ignore-path.ts";
import { isStillKept, keptByOthers } from "./kept-by-others.ts";
import { mayLeaveFields } from "./left-fields.ts";

const entry = (manager: string, data: JsonObject, over: JsonObject = {}): ManagedEntry => ({
  manager,
  operation: "Update",
  apiVersion: "v1",
  fieldsType: "FieldsV1",
  fieldsV1: { "f:data": data },
  ...over,
});
const own = (data: JsonObject): ManagedEntry => entry("evenkeel", data, { operation: "Apply" });
const object = (data: JsonObject, managedFields: readonly ManagedEntry[] = []): KubeObject =>
  ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", managedFields }, data }) as unknown as KubeObject;
const ownedIn = (entries: readonly ManagedEntry[] | undefined): JsonObject =>
  Object.fromEntries(
    (entries ?? []).map((each) => [
      JSON.stringify(each["manager"]).slice(1, -1),
      (each["fieldsV1"] as JsonObject)["f:data"] ?? {},
    ]),
  );
const [a, b] = [{ "f:a": {} }, { "f:b": {} }];

describe("making ours what left Git", () => {
  const before = object({ a: "1", b: "1" });
  const desired = object({ a: "1" });
  test.each<[string, ManagedEntry, boolean]>([
    ["kubectl apply", entry("kubectl-client-side-apply", b), true],
    ["kubectl apply --server-side", entry("kubectl", b, { operation: "Apply" }), true],
    ["kubectl edit", entry("kubectl-edit", b), true],
    ["kubectl rollout", entry("kubectl-rollout", b), true],
    ["the server, for what had no owner", entry("before-first-apply", b), true],
    ["kubectl on Windows", entry("kubectl.exe", b), true],
    ["oc", entry("oc", b), true],
    ["Terraform", entry("terraform-provider-kubernetes_v2.30.0_x5", b), true],
    ["a distribution that is kubectl and all controllers in one", entry("k3s", b), false],
    ["Flux", entry("kustomize-controller", b, { operation: "Apply" }), true],
    ["Argo CD", entry("argocd-controller", b, { operation: "Apply" }), true],
    ["Helm", entry("helm", b), true],
    ["a controller of the server", entry("kube-controller-manager", b), false],
    ["an operator", entry("operator", b, { operation: "Apply" }), false],
    ["cert-manager", entry("cert-manager-cainjector", b), false],
    ["one who has kubectl in its name", entry("my-kubectl", b), false],
    ["kubectl, in a subresource", entry("kubectl", b, { subresource: "scale" }), false],
  ])("from %s", (_title, theirs, goes) => {
    const found = claimLeft(before, desired, object({ a: "1", b: "1" }, [own(a), theirs]), []);
    if (goes) expect(ownedIn(found)).toEqual({ evenkeel: { ...a, ...b } });
    else expect(found).toBeUndefined();
  });

  const theirs = (fields: JsonObject): readonly ManagedEntry[] => [own(a), entry("kubectl-edit", fields)];
  test.each<[string, KubeObject | undefined, KubeObject, JsonObject | undefined]>([
    ["nothing that Git still names", before, object({ a: "1", b: "2" }), undefined],
    ["nothing that Git never named", object({ a: "1" }), desired, undefined],
    ["of several only what left", before, desired, { evenkeel: { ...a, ...b }, "kubectl-edit": { "f:c": {} } }],
    ["without the body that was sent, what our entry says", undefined, object({ b: "1" }), undefined],
  ])("%s", (_title, sent, wanted, owners) => {
    const found = claimLeft(sent, wanted, object({ a: "1", b: "1", c: "1" }, theirs({ ...b, "f:c": {} })), []);
    if (owners === undefined) expect(found).toBeUndefined();
    else expect(ownedIn(found)).toEqual(owners);
  });

  test("by our entry alone where the body that was sent is lost", () => {
    const live = object({ a: "1", b: "1" }, [own({ ...a, ...b }), entry("kubectl-edit", { ...b, "f:c": {} })]);
    expect(ownedIn(claimLeft(undefined, desired, live, []))).toEqual({
      evenkeel: { ...a, ...b },
      "kubectl-edit": { "f:c": {} },
    });
  });

  test.each([
    ["is known", before],
    ["is lost", undefined],
  ])("but not what is declared to be others', where the body that was sent %s", (_title, sent) => {
    const fields = { ...a, ...b, "f:c": {} };
    const live = object({ a: "1", b: "1", c: "1" }, [own(fields), entry("kubectl-edit", fields)]);
    const path = (key: string) =>
      [
        { kind: "field", name: "data" },
        { kind: "field", name: key },
      ] as const;
    expect(claimLeft(sent, desired, live, [path("b"), path("c")])).toBeUndefined();
  });

  test("with an entry of ours where there is none", () => {
    const found = claimLeft(
      before,
      desired,
      object({ a: "1", b: "1" }, [entry("before-first-apply", { ...a, ...b })]),
      [],
    );
    expect(found?.[0]).toMatchObject({ manager: "evenkeel", operation: "Apply", apiVersion: "v1" });
    expect(ownedIn(found)).toEqual({ evenkeel: b, "before-first-apply": a });
  });

  test("whole, with what was filled in below it, and by keys in lists", () => {
    const spec = (...containers: readonly JsonObject[]): KubeObject =>
      ({ apiVersion: "v1", kind: "Pod", metadata: { name: "a" }, spec: { containers } }) as unknown as KubeObject;
    const item = (name: string, fields: JsonObject): JsonObject => ({
      [`k:{"name":"${name}"}`]: { ".": {}, "f:name": {}, ...fields },
    });
    const probe = { "f:probe": { ".": {}, "f:get": { "f:path": {} }, "f:period": {} } };
    const fields = { "f:spec": { "f:containers": { ...item("x", probe), ...item("y", { "f:pull": {} }) } } };
    const live = {
      ...spec(),
      metadata: { name: "a", managedFields: [{ ...entry("kubectl", {}), fieldsV1: fields }] },
    } as unknown as KubeObject;
    const found = claimLeft(
      spec({ name: "x", probe: { get: { path: "/" } } }, { name: "y" }),
      spec({ name: "x" }),
      live,
      [],
    );
    expect(found).toHaveLength(2);
    expect(found?.[0]?.["fieldsV1"]).toEqual({
      "f:spec": { "f:containers": { 'k:{"name":"x"}': probe, ...item("y", { "f:pull": {} }) } },
    });
    expect(found?.[1]?.["fieldsV1"]).toEqual({ "f:spec": { "f:containers": item("x", {}) } });
  });
});

describe("taking over", () => {
  test.each<[string, readonly ManagedEntry[], JsonObject | undefined]>([
    ["brings what an earlier manager has", [entry("kubectl-create", { ...a, ...b })], { evenkeel: { ...a, ...b } }],
    ["of several", [entry("kubectl-create", a), entry("helm", b)], { evenkeel: { ...a, ...b } }],
    ["nothing of a controller", [entry("operator", a)], undefined],
    ["no restart that was ordered", [entry("kubectl-rollout", a)], undefined],
  ])("%s", (_title, entries, owners) => {
    const found = claimWhole(object({}), object({ a: "1", b: "1" }, entries), []);
    if (owners === undefined) expect(found).toBeUndefined();
    else expect(ownedIn(found)).toEqual(owners);
  });

  test("leaves what is declared to be others', and a count that Git leaves open", () => {
    const counted = {
      ...entry("kubectl", { ...a, ...b }),
      fieldsV1: { "f:data": { ...a, ...b }, "f:spec": { "f:replicas": {} } },
    };
    const path = parsePath("data.b") ?? [];
    const found = claimWhole(object({}), object({}, [counted]), [path]);
    expect(found?.map((each) => each["fieldsV1"])).toEqual([
      { "f:data": a },
      { "f:data": b, "f:spec": { "f:replicas": {} } },
    ]);
    const open = { ...object({}), spec: { replicas: 1 } } as unknown as KubeObject;
    expect(claimWhole(open, object({}, [counted]), [])?.[0]?.["fieldsV1"]).toEqual(counted.fieldsV1);
  });
});

describe("what left Git and stays", () => {
  const before = object({ a: "1", "x.y": "1" });
  const theirs = [own(a), entry("operator", { "f:x.y": {}, "f:c": {} })];
  test("is named with its manager", () => {
    const live = object({ a: "1", "x.y": "1", c: "1" }, theirs);
    const kept = keptByOthers(before, object({ a: "1" }), live);
    expect(kept).toEqual([{ path: 'data["x.y"]', manager: "operator" }]);
    expect(kept.map((field) => isStillKept(field, live))).toEqual([true]);
    expect(kept.map((field) => isStillKept(field, object({ a: "1" }, theirs)))).toEqual([false]);
    expect(kept.map((field) => isStillKept(field, object({ "x.y": "1" }, [own(a)])))).toEqual([false]);
  });
  test("is not told where nothing is live, nor of a subresource", () => {
    expect(keptByOthers(before, object({ a: "1" }), object({ a: "1" }, theirs))).toEqual([]);
    const scaled = [entry("kube-controller-manager", { "f:x.y": {} }, { subresource: "scale" })];
    expect(keptByOthers(before, object({ a: "1" }), object({ "x.y": "1" }, scaled))).toEqual([]);
  });
});

describe("whether something may have left Git", () => {
  const list = (...items: readonly JsonObject[]): JsonObject => ({ list: items as unknown as JsonObject });
  test.each<[string, JsonObject, JsonObject, boolean]>([
    ["nothing changes", { a: "1" }, { a: "1" }, false],
    ["a value changes", { a: "1" }, { a: "2" }, false],
    ["a member comes", {}, { a: "1" }, false],
    ["a member goes", { a: "1" }, {}, true],
    ["a member becomes null", { a: "1" }, { a: null }, true],
    ["an image changes", list({ name: "a", image: "1" }), list({ name: "a", image: "2" }), false],
    ["an item goes", list({ name: "a" }, { name: "b" }), list({ name: "a" }), true],
    ["a member of an item goes", list({ name: "a", of: { b: "1" } }), list({ name: "a", of: {} }), true],
    ["the key of an item changes", list({ name: "a", port: 1 }), list({ name: "a", port: 2 }), true],
    ["items change places", list({ name: "a" }, { name: "b" }), list({ name: "b" }, { name: "a" }), false],
  ])("%s", (_title, was, now, may) => {
    expect(mayLeaveFields(was, now)).toBe(may);
  });
});
