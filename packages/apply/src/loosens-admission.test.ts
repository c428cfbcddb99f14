import type { Json, JsonObject, KubeObject } from "@evenkeel/resource";
import { describe, expect, test } from "vitest";

import { admissionNames, isAdmission, loosensAdmission } from "./loosens-admission.ts";

const object = (kind: string, rest: JsonObject): KubeObject =>
  ({ apiVersion: "admissionregistration.k8s.io/v1", kind, metadata: { name: "guard" }, ...rest }) as KubeObject;

const rule = (over: JsonObject = {}): JsonObject => ({
  operations: ["CREATE", "UPDATE"],
  apiGroups: [""],
  apiVersions: ["v1"],
  resources: ["configmaps", "pods/*"],
  scope: "*",
  ...over,
});
const webhook = (over: JsonObject = {}): JsonObject => ({
  name: "guard.example.com",
  failurePolicy: "Fail",
  matchPolicy: "Equivalent",
  rules: [rule()],
  namespaceSelector: {},
  objectSelector: { matchLabels: { guarded: "yes" } },
  clientConfig: { service: { namespace: "guard", name: "old", port: 443 }, caBundle: "b2xk" },
  ...over,
});
const webhooks = (...hooks: readonly JsonObject[]): KubeObject =>
  object("ValidatingWebhookConfiguration", { webhooks: hooks as Json });
const service = (name: string): JsonObject => ({ clientConfig: { service: { namespace: "guard", name } } });
const selector = (labels: JsonObject, ...expressions: readonly JsonObject[]): JsonObject => ({
  objectSelector: { matchLabels: labels, matchExpressions: expressions as Json },
});

describe("a change of a webhook configuration", () => {
  test.each<[string, JsonObject, boolean]>([
    ["no change", {}, true],
    ["failurePolicy to Ignore", { failurePolicy: "Ignore" }, true],
    ["another caBundle", { clientConfig: { service: { namespace: "guard", name: "old" }, caBundle: "bmV3" } }, true],
    ["a Service that is there", service("other"), true],
    ["a Service that the plan is about to write", service("new"), false],
    ["a longer time-out", { timeoutSeconds: 30 }, true],
    ["fewer operations", { rules: [rule({ operations: ["CREATE"] })] }, true],
    ["another operation", { rules: [rule({ operations: ["CREATE", "DELETE"] })] }, false],
    ["all operations", { rules: [rule({ operations: ["*"] })] }, false],
    ["fewer resources", { rules: [rule({ resources: ["configmaps"] })] }, true],
    ["a subresource of what was covered", { rules: [rule({ resources: ["pods/status"] })] }, true],
    ["another resource", { rules: [rule({ resources: ["configmaps", "secrets"] })] }, false],
    ["all resources", { rules: [rule({ resources: ["*"] })] }, false],
    ["a narrower scope", { rules: [rule({ scope: "Namespaced" })] }, true],
    ["one rule more", { rules: [rule(), rule({ apiGroups: ["apps"] })] }, false],
    ["no rule at all", { rules: [] }, true],
    ["a namespace selector", { namespaceSelector: { matchLabels: { env: "prod" } } }, true],
    ["a narrower object selector", selector({ guarded: "yes", tier: "web" }), true],
    ["one more expression", selector({ guarded: "yes" }, { key: "a", operator: "Exists" }), true],
    ["an object selector that selects others", selector({ guarded: "no" }), false],
    ["no object selector", { objectSelector: {} }, false],
    ["a condition more", { matchConditions: [{ name: "a", expression: "false" }] }, true],
    ["matchPolicy to Exact", { matchPolicy: "Exact" }, true],
    [
      "looser in one and tighter in another field",
      { failurePolicy: "Ignore", rules: [rule({ apiGroups: ["*"] })] },
      false,
    ],
  ])("with %s", (_title, over, loosens) => {
    expect(loosensAdmission(webhooks(webhook(over)), webhooks(webhook()), (name) => name === "guard/new")).toBe(
      loosens,
    );
  });

  test.each<[string, JsonObject, JsonObject, boolean]>([
    ["Ignore to Fail", { failurePolicy: "Fail" }, { failurePolicy: "Ignore" }, false],
    ["Ignore to nothing, which means Fail", { failurePolicy: "" }, { failurePolicy: "Ignore" }, false],
    ["a condition less", {}, { matchConditions: [{ name: "a", expression: "false" }] }, false],
    ["namespaced to any scope", {}, { rules: [rule({ scope: "Namespaced" })] }, false],
    ["* to what it covers", {}, { rules: [rule({ resources: ["*/*"] })] }, true],
    ["* to a subresource, which it does not cover", {}, { rules: [rule({ resources: ["*"] })] }, false],
  ])("from %s", (_title, now, before, loosens) => {
    expect(loosensAdmission(webhooks(webhook(now)), webhooks(webhook(before)), () => false)).toBe(loosens);
  });

  test("that takes a webhook out loosens, one that adds a webhook does not", () => {
    const [one, two] = [webhooks(webhook()), webhooks(webhook(), webhook({ name: "other.example.com" }))];
    expect([loosensAdmission(one, two, () => false), loosensAdmission(two, one, () => false)]).toEqual([true, false]);
  });
});

const policy = (over: JsonObject = {}): KubeObject =>
  object("ValidatingAdmissionPolicy", {
    spec: {
      failurePolicy: "Fail",
      matchConstraints: { resourceRules: [rule()], matchPolicy: "Equivalent", namespaceSelector: {} },
      validations: [{ expression: "a" }, { expression: "b" }],
      ...over,
    },
  });
const binding = (over: JsonObject = {}): KubeObject =>
  object("ValidatingAdmissionPolicyBinding", {
    spec: { policyName: "guard", validationActions: ["Deny"], ...over },
  });

describe("a change of an admission policy", () => {
  test.each<[string, KubeObject, KubeObject, boolean]>([
    ["one validation less", policy({ validations: [{ expression: "a" }] }), policy(), true],
    ["another validation", policy({ validations: [{ expression: "c" }] }), policy(), false],
    ["failurePolicy to Ignore", policy({ failurePolicy: "Ignore" }), policy(), true],
    [
      "fewer resources",
      policy({ matchConstraints: { resourceRules: [rule({ resources: ["configmaps"] })] } }),
      policy(),
      true,
    ],
    ["another kind of parameters", policy({ paramKind: { kind: "A" } }), policy(), false],
    ["the binding from Deny to Audit", binding({ validationActions: ["Audit"] }), binding(), true],
    ["the binding from Warn to Deny", binding(), binding({ validationActions: ["Warn"] }), false],
    ["the binding of another policy", binding({ policyName: "other" }), binding(), false],
    [
      "the binding held to some namespaces",
      binding({ matchResources: { namespaceSelector: { matchLabels: { a: "b" } } } }),
      binding(),
      true,
    ],
    [
      "the binding of all namespaces again",
      binding(),
      binding({ matchResources: { namespaceSelector: { matchLabels: { a: "b" } } } }),
      false,
    ],
  ])("with %s", (_title, now, before, loosens) => {
    expect(loosensAdmission(now, before, () => false)).toBe(loosens);
  });
});

test("Admission objects are known by group and kind, and by the names of their webhooks", () => {
  expect(isAdmission({ group: "admissionregistration.k8s.io", kind: "MutatingWebhookConfiguration" })).toBe(true);
  expect(isAdmission({ group: "example.com", kind: "MutatingWebhookConfiguration" })).toBe(false);
  expect(isAdmission({ group: "admissionregistration.k8s.io", kind: "toString" })).toBe(false);
  expect(admissionNames(webhooks(webhook()))).toEqual(["guard", "guard.example.com"]);
});
