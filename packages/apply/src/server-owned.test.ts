import type { JsonObject, KubeObject } from "@evenkeel/resource";
import { describe, expect, test } from "vitest";

import { CONTRACTS, withoutContracts } from "./server-owned.ts";

const object = (kind: string, rest: JsonObject, annotations?: Record<string, string>): KubeObject => {
  const [name = "", ...group] = kind.split(".");
  return {
    apiVersion: group.length === 0 ? "v1" : `${group.join(".")}/v1`,
    kind: name,
    metadata: { name: "a", ...(annotations === undefined ? {} : { annotations }) },
    ...rest,
  } as KubeObject;
};
const role = "ClusterRole.rbac.authorization.k8s.io";
const rules = [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }];
const aggregationRule = { clusterRoleSelectors: [{ matchLabels: { a: "b" } }] };
const validating = "ValidatingWebhookConfiguration.admissionregistration.k8s.io";
const hooks = (caBundle?: string): JsonObject => ({
  webhooks: [
    { name: "one", clientConfig: { url: "https://a", ...(caBundle === undefined ? {} : { caBundle }) } },
    { name: "two", clientConfig: { url: "https://b" } },
  ],
});
const injected = { "cert-manager.io/inject-ca-from": "shop/ca" };

describe("fields that others own by contract", () => {
  test.each<[string, KubeObject, KubeObject]>([
    [
      "the rules of an aggregated role",
      object(role, { aggregationRule, rules: [] }),
      object(role, { aggregationRule }),
    ],
    [
      "its rules even where some are named",
      object(role, { aggregationRule, rules }),
      object(role, { aggregationRule }),
    ],
    [
      "a certificate that cert-manager injects",
      object(validating, hooks("YQ=="), injected),
      object(validating, hooks(), injected),
    ],
    ["the place for a certificate", object(validating, hooks("Cg==")), object(validating, hooks())],
    ["an empty place for it", object(validating, hooks("")), object(validating, hooks())],
    ["an account's empty list of secrets", object("ServiceAccount", { secrets: [] }), object("ServiceAccount", {})],
    [
      "a claim's uid in a volume",
      object("PersistentVolume", { spec: { claimRef: { name: "c", uid: "1" } } }),
      object("PersistentVolume", { spec: { claimRef: { name: "c" } } }),
    ],
    [
      "the revision of a Deployment",
      object("Deployment.apps", {}, { "deployment.kubernetes.io/revision": "3", a: "b" }),
      object("Deployment.apps", {}, { a: "b" }),
    ],
    [
      "a service CA in a ConfigMap that asks for it",
      object(
        "ConfigMap",
        { data: { "service-ca.crt": "x", a: "b" } },
        { "service.beta.openshift.io/inject-cabundle": "true" },
      ),
      object("ConfigMap", { data: { a: "b" } }, { "service.beta.openshift.io/inject-cabundle": "true" }),
    ],
  ])("stay out: %s", (_title, given, wanted) => {
    expect(withoutContracts(given)).toEqual(wanted);
  });

  test.each<[string, KubeObject]>([
    ["the rules of any other role", object(role, { rules: [] })],
    ["a certificate that nobody injects", object(validating, hooks("YQ=="))],
    ["an account's secrets that are named", object("ServiceAccount", { secrets: [{ name: "a" }] })],
    ["the same field of another kind", object("ClusterRole.example.com", { aggregationRule, rules: [] })],
    ["replicas, which an autoscaler may own", object("Deployment.apps", { spec: { replicas: 3 } })],
    ["webhooks that are no list", object(validating, { webhooks: "none" })],
  ])("are no others: %s", (_title, given) => {
    expect(withoutContracts(given)).toEqual(given);
  });

  test("name their owner each, once a kind and path and case", () => {
    for (const { owner, path } of CONTRACTS) expect([owner, ...path].every((word) => word !== "")).toBe(true);
    const told = CONTRACTS.map(({ kind, path, owner }) => [kind, ...path, owner].join(" "));
    expect(new Set(told).size).toBe(told.length);
  });
});
