import { expect, test } from "vitest";

import { ownGroundDenied } from "./own-ground.ts";
import { isProtectedKind } from "./protected-kinds.ts";

const ref = (kind: string, namespace: string, name: string, group = "") => ({ group, kind, namespace, name });

test.each([
  ["an object in our namespace", ref("ConfigMap", "evenkeel-system", "ek-prod-0"), true],
  ["an object of any kind in it", ref("Role", "evenkeel-system", "x", "rbac.authorization.k8s.io"), true],
  ["our namespace itself", ref("Namespace", "", "evenkeel-system"), true],
  ["another namespace", ref("Namespace", "", "shop"), false],
  ["a namespace whose name only begins so", ref("Namespace", "", "evenkeel-system-2"), false],
  [
    "an object of another kind by that name",
    ref("ClusterRole", "", "evenkeel-system", "rbac.authorization.k8s.io"),
    false,
  ],
  ["a Namespace of another group by that name", ref("Namespace", "", "evenkeel-system", "example.com"), false],
  ["an object of another namespace that is named like ours", ref("ConfigMap", "shop", "evenkeel-system"), false],
])("whose ground it is: %s", (_title, of, denied) =>
  expect(ownGroundDenied(of)?.code).toBe(denied ? "ScopeDenied" : undefined),
);

test.each([
  ["a Namespace", ref("Namespace", "", "shop"), true],
  ["a CustomResourceDefinition", ref("CustomResourceDefinition", "", "x", "apiextensions.k8s.io"), true],
  ["a PersistentVolume", ref("PersistentVolume", "", "x"), true],
  ["a PersistentVolumeClaim", ref("PersistentVolumeClaim", "shop", "x"), true],
  ["a kind of that name in another group", ref("Namespace", "", "shop", "example.com"), false],
  ["any other kind", ref("ConfigMap", "shop", "x"), false],
])("whose deletion takes other things with it: %s", (_title, of, is) => expect(isProtectedKind(of)).toBe(is));
