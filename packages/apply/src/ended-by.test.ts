import type { KubeObject } from "@evenkeel/resource";
import { expect, test } from "vitest";

import { neededElsewhere, waitsForElsewhere } from "./ended-by.ts";

const of = (apiVersion: string, kind: string, name: string, rest: object = {}): KubeObject =>
  ({ apiVersion, kind, metadata: { name }, ...rest }) as KubeObject;
const rules = (...apiGroups: readonly string[]): object => ({ rules: [{ apiGroups, resources: ["*"], verbs: ["*"] }] });
const RBAC = "rbac.authorization.k8s.io/v1";
const ADMISSION = "admissionregistration.k8s.io/v1";
const definition = (group: string, kind: string): KubeObject =>
  of("apiextensions.k8s.io/v1", "CustomResourceDefinition", `x.${group}`, { spec: { group, names: { kind } } });
const roleIn = (namespace: string, group: string): KubeObject => ({
  ...of(RBAC, "Role", "x", rules(group)),
  metadata: { name: "x", namespace },
});
const operator = of("apps/v1", "Deployment", "operator");
const gadget = {
  ref: { group: "example.com", kind: "Gadget", namespace: "shop", name: "g" },
  app: "resources",
};

test.each<readonly [string, KubeObject, readonly KubeObject[], boolean]>([
  ["a definition is kept for objects of its kind", definition("example.com", "Gadget"), [], true],
  ["a definition is not kept for another kind of its group", definition("example.com", "Widget"), [], false],
  ["a definition is not kept for the same kind of another group", definition("other.com", "Gadget"), [], false],
  ["a Namespace is kept for what lies in it", of("v1", "Namespace", "shop"), [], true],
  ["a Namespace is not kept for what lies in another", of("v1", "Namespace", "web"), [], false],
  ["a workload is kept with the definition that goes too", operator, [definition("example.com", "Gadget")], true],
  [
    "a workload is kept with a role over the group",
    operator,
    [of(RBAC, "ClusterRole", "x", rules("example.com"))],
    true,
  ],
  ["a workload is kept with a role over all groups", operator, [of(RBAC, "ClusterRole", "x", rules("*"))], true],
  ["a workload is not kept with a role over others", operator, [of(RBAC, "Role", "x", rules("", "apps"))], false],
  ["a workload is kept with a Role in its namespace", operator, [roleIn("shop", "example.com")], true],
  ["a workload is kept with a Role over all groups in its namespace", operator, [roleIn("shop", "*")], true],
  ["a workload is not kept with a Role in another namespace", operator, [roleIn("web", "example.com")], false],
  ["a workload is not kept with a Role over all groups in another", operator, [roleIn("web", "*")], false],
  [
    "a workload is not kept with a role that may only read",
    operator,
    [of(RBAC, "ClusterRole", "x", { rules: [{ apiGroups: ["*"], resources: ["*"], verbs: ["get", "watch"] }] })],
    false,
  ],
  ["a workload of no operator is not kept", operator, [], false],
  [
    "a workload is kept with a webhook for the group",
    operator,
    [of(ADMISSION, "ValidatingWebhookConfiguration", "x", { webhooks: [rules("example.com")] })],
    true,
  ],
  [
    "a webhook is kept for nobody",
    of(ADMISSION, "ValidatingWebhookConfiguration", "x", { webhooks: [rules("example.com")] }),
    [definition("example.com", "Gadget")],
    false,
  ],
  [
    "what goes first is kept for nobody",
    of("example.com/v1", "Gadget", "own"),
    [definition("example.com", "Gadget")],
    false,
  ],
])("%s", (_title, object, others, kept) => {
  expect(neededElsewhere(object, [object, ...others], [gadget])).toEqual(kept ? [gadget] : []);
});

test("nothing is kept for objects that Kubernetes ends by itself", () => {
  const pod = { ref: { group: "", kind: "ConfigMap", namespace: "shop", name: "c" }, app: "web" };
  expect(neededElsewhere(of("v1", "Namespace", "shop"), [], [pod])).toEqual([]);
});

test("the reason names the first, its application and how many more", () => {
  const ref = { group: "apps", kind: "Deployment", namespace: "shop", name: "operator" };
  expect(waitsForElsewhere(ref, [gadget, gadget]).message).toBe(
    "Deployment shop/operator is kept until Gadget shop/g of application resources and 1 more is gone, which it may be needed to end",
  );
});
