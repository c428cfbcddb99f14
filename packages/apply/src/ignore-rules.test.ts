import type { KubeObject } from "@evenkeel/resource";
import type { IgnoreRule } from "@evenkeel/words";
import { describe, expect, test } from "vitest";

import { parsePath } from "./ignore-path.ts";
import { madeAnew, rulesFor, withoutIgnored } from "./ignore-rules.ts";

const object = (replicas: number, image = "a"): KubeObject =>
  ({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", annotations: { "example.com/owner": "git" } },
    spec: {
      replicas,
      template: {
        spec: {
          containers: [
            { name: "web", image },
            { name: "side", image: "s" },
          ],
        },
      },
    },
  }) as unknown as KubeObject;

const live = (
  replicas: number,
  ...managers: readonly { readonly manager: string; readonly fieldsV1: object }[]
): KubeObject => {
  const base = object(replicas, "live");
  const managedFields = managers.map((each) => ({ operation: "Apply", ...each }));
  return { ...base, metadata: { ...base.metadata, managedFields } } as unknown as KubeObject;
};

const replicas = { "f:spec": { "f:replicas": {} } };
const image = {
  "f:spec": { "f:template": { "f:spec": { "f:containers": { 'k:{"name":"web"}': { ".": {}, "f:image": {} } } } } },
};
const rule = (path: string, mode: IgnoreRule["mode"] = "ignore", selector = {}): IgnoreRule => ({
  selector,
  paths: [path],
  mode,
});
const replicasOf = (body: KubeObject): unknown => (body["spec"] as { readonly replicas?: number }).replicas;
const imageOf = (body: KubeObject): unknown =>
  (body["spec"] as { template: { spec: { containers: { image?: string }[] } } }).template.spec.containers[0]?.image;

describe("a field that is left to others", () => {
  test.each([
    ["is left out at creation", "ignore", undefined, undefined],
    ["is sent at creation under create-only", "create-only", undefined, 3],
    ["is left out while another manager owns it", "ignore", live(5, { manager: "hpa", fieldsV1: replicas }), undefined],
    [
      "is left out while another manager owns the whole value around it",
      "ignore",
      live(5, { manager: "hpa", fieldsV1: { "f:spec": {} } }),
      undefined,
    ],
    [
      "keeps its live value while only we own it, or it would be reset",
      "ignore",
      live(5, { manager: "evenkeel", fieldsV1: replicas }),
      5,
    ],
    [
      "keeps its live value under create-only too",
      "create-only",
      live(5, { manager: "evenkeel", fieldsV1: replicas }),
      5,
    ],
  ] as const)("%s", (_title, mode, found, wanted) => {
    expect(replicasOf(withoutIgnored(object(3), found, [rule("spec.replicas", mode)]))).toBe(wanted);
  });

  const open = { ...object(3), spec: {} } as KubeObject;
  const hpa = { manager: "hpa", fieldsV1: replicas };
  const ours = { manager: "evenkeel", fieldsV1: replicas };
  test.each([
    ["keeps its live value where only we own it", [ours], 5],
    ["is left out where another manager owns it too", [ours, hpa], undefined],
    ["is left out where we do not own it", [], undefined],
  ] as const)("and has left Git %s", (_title, managers, wanted) => {
    expect(replicasOf(withoutIgnored(open, live(5, ...managers), [rule("spec.replicas")]))).toBe(wanted);
  });

  test("and has left Git with the mapping around it keeps its live value", () => {
    const { spec: _spec, ...bare } = object(3);
    expect(replicasOf(withoutIgnored(bare as KubeObject, live(5, ours), [rule("spec.replicas")]))).toBe(5);
  });

  test("and has left Git with the item around it goes", () => {
    const owned = live(5, { manager: "evenkeel", fieldsV1: image });
    expect(withoutIgnored(open, owned, [rule("spec.template.spec.containers[name=web].image")])).toEqual(open);
  });

  test.each(["ignore", "create-only"] as const)("is made anew as it was, under %s", (mode) => {
    expect(replicasOf(madeAnew(object(3), live(6), [rule("spec.replicas", mode)]))).toBe(6);
    expect(replicasOf(madeAnew(object(3), live(6), []))).toBe(3);
    expect(replicasOf(madeAnew(open, live(6), []))).toBe(6);
  });

  test.each([
    ["an item of a list by its keys", "spec.template.spec.containers[name=web].image", image, undefined],
    ["nothing where the item is another", "spec.template.spec.containers[name=other].image", image, "a"],
  ])("names %s", (_title, path, fieldsV1, wanted) => {
    expect(imageOf(withoutIgnored(object(3), live(3, { manager: "other", fieldsV1 }), [rule(path)]))).toBe(wanted);
  });

  test("names an annotation by its key in quotes", () => {
    const body = withoutIgnored(object(3), undefined, [rule('metadata.annotations["example.com/owner"]')]);
    expect(body.metadata.annotations).toEqual({});
  });

  test.each([
    ["a rule without selector", {}, true],
    ["a rule for the kind", { kind: "Deployment" }, true],
    ["a rule for another kind", { kind: "StatefulSet" }, false],
    ["a rule for another namespace", { namespace: "other" }, false],
  ])("is chosen by %s: %s", (_title, selector, wanted) => {
    const ref = { group: "apps", kind: "Deployment", namespace: "shop", name: "web" };
    expect(rulesFor([rule("spec.replicas", "ignore", selector)], ref).length === 1).toBe(wanted);
  });

  test.each([["spec..replicas"], ["spec[replicas]"], [""], ['spec["a']])("%j is no path", (path) => {
    expect(parsePath(path)).toBeUndefined();
  });
});
