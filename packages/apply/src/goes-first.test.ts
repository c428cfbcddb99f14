import type { KubeObject } from "@evenkeel/resource";
import type { ObjectRef } from "@evenkeel/words";
import { describe, expect, test } from "vitest";

import { goesFirst } from "./goes-first.ts";

const ref = (group: string, kind: string): ObjectRef => ({ group, kind, namespace: "a", name: "b" });
const bearing = (...finalizers: readonly string[]): KubeObject =>
  ({ apiVersion: "v1", kind: "x", metadata: { name: "b", finalizers } }) as unknown as KubeObject;

describe("what must be gone before the operator that may end it", () => {
  test.each<[string, ObjectRef, KubeObject | undefined, boolean]>([
    ["a custom resource", ref("example.com", "Database"), bearing(), true],
    ["one that could not be read", ref("example.com", "Database"), undefined, true],
    ["one whose group looks like Kubernetes", ref("gateway.networking.k8s.io", "Gateway"), bearing(), true],
    [
      "an Ingress that a controller holds",
      ref("networking.k8s.io", "Ingress"),
      bearing("ingress.k8s.aws/resources"),
      true,
    ],
    ["a Service that a controller holds", ref("", "Service"), bearing("service.k8s.aws/resources"), true],
    [
      "a Service that Kubernetes holds",
      ref("", "Service"),
      bearing("service.kubernetes.io/load-balancer-cleanup"),
      false,
    ],
    ["an object in foreground deletion", ref("", "Service"), bearing("foregroundDeletion"), false],
    [
      "a claim that Kubernetes protects",
      ref("", "PersistentVolumeClaim"),
      bearing("kubernetes.io/pvc-protection"),
      false,
    ],
    ["a Deployment", ref("apps", "Deployment"), bearing(), false],
    ["a Deployment that somebody holds", ref("apps", "Deployment"), bearing("example.com/hold"), false],
    ["rights", ref("rbac.authorization.k8s.io", "Role"), bearing("example.com/hold"), false],
    ["a definition", ref("apiextensions.k8s.io", "CustomResourceDefinition"), bearing("example.com/hold"), false],
    ["a webhook", ref("admissionregistration.k8s.io", "ValidatingWebhookConfiguration"), bearing(), false],
    ["a Service", ref("", "Service"), bearing(), false],
  ])("%s", (_title, given, live, first) => {
    expect(goesFirst(given, live)).toBe(first);
  });
});
