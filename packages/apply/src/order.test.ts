import type { KubeObject } from "@evenkeel/resource";
import { describe, expect, test } from "vitest";

import { orderObjects, reverseOrder } from "./order.ts";
import type { Order } from "./order.ts";

const object = (text: string): KubeObject => {
  const [kindText = "", name = "", wave] = text.split(" ");
  const [apiVersion = "", kind = ""] = kindText.includes("|") ? kindText.split("|") : ["v1", kindText];
  const [namespace, own] = name.includes("/") ? name.split("/") : [undefined, name];
  const annotations = wave === undefined ? {} : { annotations: { "evenkeel.dev/wave": wave } };
  const spec = kind === "CustomResourceDefinition" ? { spec: { group: "example.com", names: { kind: "Widget" } } } : {};
  const service = kind === "APIService" ? { spec: { group: "metrics.example.com" } } : {};
  return {
    apiVersion,
    kind,
    metadata: { name: own ?? "", ...(namespace === undefined ? {} : { namespace }), ...annotations },
    ...spec,
    ...service,
  } as KubeObject;
};

/** Whether step `first` must be done before step `then` begins. */
const isBefore = (order: Order, first: number, then: number): boolean => {
  const before = order.after[then] ?? [];
  return before.includes(first) || before.some((step) => isBefore(order, first, step));
};

describe("the order of a plan", () => {
  test.each([
    ["a Namespace before an object in it", "Namespace shop", "ConfigMap shop/a"],
    [
      "a definition before its resources",
      "apiextensions.k8s.io/v1|CustomResourceDefinition w",
      "example.com/v1|Widget shop/a",
    ],
    [
      "an APIService before the kinds of its group",
      "apiregistration.k8s.io/v1|APIService m",
      "metrics.example.com/v1|Thing a",
    ],
    ["a ConfigMap before a Deployment of its namespace", "ConfigMap shop/a", "apps/v1|Deployment shop/web"],
    ["a ServiceAccount before a Pod", "ServiceAccount shop/a", "Pod shop/web"],
    [
      "cluster-wide rights before a Deployment",
      "rbac.authorization.k8s.io/v1|ClusterRoleBinding a",
      "apps/v1|Deployment shop/web",
    ],
    [
      "a Deployment before a webhook configuration",
      "apps/v1|Deployment shop/web",
      "admissionregistration.k8s.io/v1|ValidatingWebhookConfiguration w",
    ],
    [
      "everything else before a webhook configuration",
      "ConfigMap shop/a",
      "admissionregistration.k8s.io/v1|MutatingWebhookConfiguration w",
    ],
    ["wave 0 before wave 1", "Service shop/a", "ConfigMap shop/b 1"],
    ["wave -1 before wave 0", "apps/v1|Deployment shop/a -1", "ConfigMap shop/b"],
    ["waves over the order of kinds", "apps/v1|Deployment shop/a", "ConfigMap shop/b 2"],
    ["a Namespace before its objects even if its wave says otherwise", "Namespace shop 5", "ConfigMap shop/a"],
    [
      "a definition before its resources even if its wave says otherwise",
      "apiextensions.k8s.io/v1|CustomResourceDefinition w 5",
      "example.com/v1|Widget shop/a 1",
    ],
  ])("%s, whichever way they are given, and deleted the other way round", (_title, first, then) => {
    const forward = orderObjects([object(first), object(then)]);
    expect([isBefore(forward, 0, 1), isBefore(forward, 1, 0)]).toEqual([true, false]);
    const backward = orderObjects([object(then), object(first)]);
    expect([isBefore(backward, 1, 0), isBefore(backward, 0, 1)]).toEqual([true, false]);
    const reversed = reverseOrder(forward);
    expect([isBefore(reversed, 1, 0), isBefore(reversed, 0, 1)]).toEqual([true, false]);
  });

  test.each([
    ["a Service and a Deployment", "Service shop/a", "apps/v1|Deployment shop/web"],
    ["a ConfigMap and a Deployment of another namespace", "ConfigMap other/a", "apps/v1|Deployment shop/web"],
    ["a Namespace and an object of another", "Namespace other", "ConfigMap shop/a"],
    ["two ConfigMaps", "ConfigMap shop/a", "ConfigMap shop/b"],
    ["a wave that is no number", "ConfigMap shop/a", "ConfigMap shop/b soon"],
  ])("leaves %s to run at the same time", (_title, first, then) => {
    const order = orderObjects([object(first), object(then)]);
    expect([isBefore(order, 0, 1), isBefore(order, 1, 0)]).toEqual([false, false]);
  });

  test("has as many edges as objects, not their square", () => {
    const many = Array.from({ length: 2_000 }, (_, i) =>
      object(`${i % 2 === 0 ? "ConfigMap" : "apps/v1|Deployment"} shop/o${i}`),
    );
    const order = orderObjects(many);
    expect(order.after.reduce((sum, each) => sum + each.length, 0)).toBeLessThan(5_000);
  });
});
