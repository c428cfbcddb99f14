import { refOf } from "@evenkeel/resource";
import type { KubeObject } from "@evenkeel/resource";
import { describe, expect, it } from "vitest";

import { placeObject } from "./place-object.ts";
import { refuseTwins } from "./refuse-twins.ts";

const grant = { namespace: "shop", allowedNamespaces: ["*"], allowedClusterKinds: ["*"] };
const object = (kind: string, namespace?: string, apiVersion = "v1"): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name: "a", ...(namespace === undefined ? {} : { namespace }) },
});
const judge = (...objects: readonly KubeObject[]): readonly string[] =>
  refuseTwins(
    objects.map((one) => ({
      written: refOf(one),
      placed: placeObject(one, grant, ({ kind }) => (kind === "ClusterRole" ? "cluster" : "namespaced")),
    })),
  ).map(({ placed }) => (placed.kind === "placed" ? "placed" : `${placed.reason.code}: ${placed.reason.message}`));

describe("objects that placing makes one", () => {
  it.each([
    [
      "the default namespace set on one",
      [object("ConfigMap"), object("ConfigMap", "shop")],
      "DuplicateObject: ConfigMap shop/a is written twice: as ConfigMap a (no namespace) and as ConfigMap shop/a",
    ],
    [
      "a namespace taken off what belongs to the cluster",
      [object("ClusterRole", "x"), object("ClusterRole")],
      "DuplicateObject: ClusterRole a is written twice: as ClusterRole x/a and as ClusterRole a (no namespace)",
    ],
    [
      "two groups over one storage",
      [object("Event", "shop"), object("Event", "shop", "events.k8s.io/v1")],
      "DuplicateObject: Event shop/a is written twice: as Event shop/a and as Event shop/a of events.k8s.io",
    ],
    [
      "an old group beside its successor",
      [object("Ingress", "shop", "networking.k8s.io/v1"), object("Ingress", "shop", "extensions/v1beta1")],
      "DuplicateObject: Ingress shop/a is written twice: as Ingress shop/a and as Ingress shop/a of extensions",
    ],
    [
      "two namespaces taken off",
      [object("ClusterRole", "x"), object("ClusterRole", "y")],
      "DuplicateObject: ClusterRole a is written twice: as ClusterRole x/a and as ClusterRole y/a",
    ],
  ])("are refused, both named: %s", (_name, objects, says) => {
    expect(judge(...objects, object("Secret"))).toEqual([says, says, "placed"]);
  });

  it.each([
    ["in two namespaces", [object("ConfigMap"), object("ConfigMap", "other")]],
    ["of two kinds", [object("ConfigMap"), object("Secret")]],
    ["of two groups", [object("Role"), object("Role", undefined, "x.dev/v1")]],
  ])("are not those %s", (_name, objects) => {
    expect(judge(...objects)).toEqual(["placed", "placed"]);
  });
});
