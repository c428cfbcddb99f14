import type { KubeObject } from "@evenkeel/resource";
import { describe, expect, test } from "vitest";

import { placeObject, scopeDenied, scopesOfCrds } from "./place-object.ts";
import type { Grant } from "./place-object.ts";

const scopes: Readonly<Record<string, "namespaced" | "cluster">> = { ConfigMap: "namespaced", ClusterRole: "cluster" };
const object = (kind: string, namespace?: string): KubeObject => ({
  apiVersion: "v1",
  kind,
  metadata: { name: "a", ...(namespace === undefined ? {} : { namespace }) },
});
const grant = (
  namespace: string,
  allowedNamespaces?: readonly string[],
  allowedClusterKinds?: readonly string[],
): Grant => ({ namespace, allowedNamespaces, allowedClusterKinds });

describe("placing an object", () => {
  test.each([
    ["sets the app's namespace where there is none", "ConfigMap", undefined, grant("shop"), "shop"],
    ["keeps the app's own namespace", "ConfigMap", "shop", grant("shop"), "shop"],
    ["takes the namespace off a cluster-scoped object", "ClusterRole", "shop", grant("shop", [], ["*"]), ""],
    ["keeps a cluster-scoped object if the app declares no namespace", "ClusterRole", undefined, grant(""), ""],
    [
      "refuses a cluster-scoped object of an app with a namespace",
      "ClusterRole",
      undefined,
      grant("shop"),
      "ScopeDenied",
    ],
    ["refuses it where all namespaces are allowed", "ClusterRole", undefined, grant("shop", ["*"]), "ScopeDenied"],
    [
      "refuses it of an app without a default, held to a list",
      "ClusterRole",
      undefined,
      grant("", ["a"]),
      "ScopeDenied",
    ],
    ["refuses it where no kind is allowed", "ClusterRole", undefined, grant("", undefined, []), "ScopeDenied"],
    ["keeps another namespace that is allowed", "ConfigMap", "other", grant("shop", ["other"]), "other"],
    ["keeps any namespace under *", "ConfigMap", "other", grant("shop", ["*"]), "other"],
    ["keeps any namespace if the app declares neither", "ConfigMap", "other", grant(""), "other"],
    ["refuses another namespace", "ConfigMap", "other", grant("shop"), "ScopeDenied"],
    [
      "refuses a namespace that is not among the allowed ones",
      "ConfigMap",
      "third",
      grant("", ["other"]),
      "ScopeDenied",
    ],
    ["refuses a namespaced object for which no namespace is known", "ConfigMap", undefined, grant(""), "ScopeDenied"],
    ["refuses a kind that the cluster does not serve", "Widget", undefined, grant("shop"), "KindMissing"],
  ])("%s", (_title, kind, namespace, given, wanted) => {
    const placed = placeObject(object(kind, namespace), given, (ref) => scopes[ref.kind]);
    expect(placed.kind === "placed" ? placed.ref.namespace : placed.reason.code).toBe(wanted);
    if (placed.kind === "placed") expect(placed.object.metadata.namespace ?? "").toBe(wanted);
    else expect(placed.reason.remedy).not.toBe("");
  });

  test.each([
    [
      "a kind that is named with its group",
      "ClusterRole",
      grant("shop", [], ["ClusterRole.rbac.authorization.k8s.io"]),
      true,
    ],
    ["a kind of that name in another group", "ClusterRole", grant("shop", [], ["ClusterRole"]), false],
    [
      "another kind of that group",
      "ClusterRoleBinding",
      grant("shop", [], ["ClusterRole.rbac.authorization.k8s.io"]),
      false,
    ],
    ["the app's own Namespace", "Namespace shop", grant("shop", undefined, ["Namespace"]), true],
    ["the app's own Namespace, not declared", "Namespace shop", grant("shop"), false],
    ["a Namespace that it may write to", "Namespace other", grant("shop", ["other"], ["Namespace"]), true],
    ["any other Namespace", "Namespace kube-system", grant("shop", undefined, ["Namespace"]), false],
    ["any other Namespace, even under *", "Namespace kube-system", grant("shop", undefined, ["*"]), false],
  ])("rules %s by the grant", (_title, what, given, allowed) => {
    const [kind = "", name = "a"] = what.split(" ");
    const ref = { group: kind === "Namespace" ? "" : "rbac.authorization.k8s.io", kind, namespace: "", name };
    expect(scopeDenied(ref, given)?.code).toBe(allowed ? undefined : "ScopeDenied");
  });

  test("names the version to write where only another one is served", () => {
    const old = { apiVersion: "autoscaling/v2beta2", kind: "HorizontalPodAutoscaler", metadata: { name: "a" } };
    const placed = placeObject(
      old,
      grant("shop"),
      () => undefined,
      () => "v2",
    );
    expect(placed).toMatchObject({
      kind: "refused",
      reason: {
        code: "ApiVersionRemoved",
        message:
          "HorizontalPodAutoscaler a cannot be placed: the cluster does not serve HorizontalPodAutoscaler of autoscaling/v2beta2, only of autoscaling/v2",
        remedy: expect.stringContaining("autoscaling/v2 in Git"),
      },
    });
  });

  test("knows the scope of kinds that the set itself defines", () => {
    const crd = (kind: string, scope: string) =>
      ({
        apiVersion: "apiextensions.k8s.io/v1",
        kind: "CustomResourceDefinition",
        metadata: { name: kind },
        spec: { group: "example.com", scope, names: { kind } },
      }) as unknown as KubeObject;
    expect([...scopesOfCrds([crd("Widget", "Namespaced"), crd("Fleet", "Cluster"), object("ConfigMap")])]).toEqual([
      ["example.com/Widget", "namespaced"],
      ["example.com/Fleet", "cluster"],
    ]);
  });
});
