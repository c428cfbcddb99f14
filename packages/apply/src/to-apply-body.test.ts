import type { KubeObject } from "@evenkeel/resource";
import { describe, expect, test } from "vitest";

import { toApplyBody } from "./to-apply-body.ts";

const stamp = { appUid: "uid", installation: "test", seq: "7", epoch: "9", src: "web@abc:apps/web" };
const bodyOf = (object: unknown): KubeObject => toApplyBody(object as KubeObject, stamp);
const meta = { name: "web", namespace: "shop" };

describe("the body of an apply", () => {
  test("carries our label and annotations beside the author's", () => {
    const body = bodyOf({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { ...meta, labels: { tier: "front" }, annotations: { note: "x" } },
    });
    expect(body.metadata).toEqual({
      ...meta,
      labels: { tier: "front", "evenkeel.dev/app": "uid" },
      annotations: {
        note: "x",
        "evenkeel.dev/seq": "7",
        "evenkeel.dev/epoch": "9",
        "evenkeel.dev/src": "web@abc:apps/web",
        "evenkeel.dev/installation": "test",
      },
    });
  });

  test.each([
    ["null labels and annotations do not stay null", { labels: null, annotations: null }],
    [
      "what the server owns is left out",
      { uid: "u", resourceVersion: "1", generation: 2, managedFields: [], selfLink: "/" },
    ],
    ["timestamps are left out", { creationTimestamp: null, deletionTimestamp: "2026-01-01T00:00:00Z" }],
  ])("%s", (_title, extra) => {
    const plain = bodyOf({ apiVersion: "v1", kind: "ConfigMap", metadata: meta });
    expect(bodyOf({ apiVersion: "v1", kind: "ConfigMap", metadata: { ...meta, ...extra } })).toEqual(plain);
  });

  test("leaves status out", () => {
    expect(
      bodyOf({ apiVersion: "v1", kind: "Service", metadata: meta, status: { loadBalancer: {} } }),
    ).not.toHaveProperty("status");
  });

  test.each([
    ["stringData becomes data", { stringData: { a: "é" } }, { a: "w6k=" }],
    [
      "stringData goes over data, as on the server",
      { data: { a: "eA==", b: "eQ==" }, stringData: { a: "z" } },
      { a: "eg==", b: "eQ==" },
    ],
    ["empty data is left out", { data: {} }, undefined],
    ["null data is left out", { data: null }, undefined],
  ])("of a Secret: %s", (_title, fields, data) => {
    const body = bodyOf({ apiVersion: "v1", kind: "Secret", metadata: meta, ...fields });
    expect(body["data"]).toEqual(data);
    expect(body).not.toHaveProperty("stringData");
  });

  test("of another kind keeps a field named data or stringData", () => {
    const fields = { data: {}, stringData: { a: "b" } };
    expect(bodyOf({ apiVersion: "example.com/v1", kind: "Secret", metadata: meta, ...fields })).toMatchObject(fields);
  });

  const pod = { containers: [{ name: "c", ports: [{ containerPort: 80 }, { containerPort: 53, protocol: "UDP" }] }] };
  const podPorts = [
    { containerPort: 80, protocol: "TCP" },
    { containerPort: 53, protocol: "UDP" },
  ];
  test.each([
    ["Service", { ports: [{ port: 80 }] }, ["ports"], [{ port: 80, protocol: "TCP" }]],
    ["Pod", pod, ["containers", "0", "ports"], podPorts],
    ["Pod", { initContainers: pod.containers, containers: [] }, ["initContainers", "0", "ports"], podPorts],
    ["Deployment", { template: { spec: pod } }, ["template", "spec", "containers", "0", "ports"], podPorts],
    [
      "CronJob",
      { jobTemplate: { spec: { template: { spec: pod } } } },
      ["jobTemplate", "spec", "template", "spec", "containers", "0", "ports"],
      podPorts,
    ],
  ])("of a %s names the protocol of every port", (kind, spec, path, ports) => {
    const body = bodyOf({ apiVersion: "v1", kind, metadata: meta, spec });
    expect(path.reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], body["spec"])).toEqual(ports);
  });

  test("drops the null timestamps of templates at any depth", () => {
    const spec = {
      template: { metadata: { creationTimestamp: null, labels: { a: "b" } } },
      volumeClaimTemplates: [{ metadata: { creationTimestamp: null } }],
    };
    const body = bodyOf({ apiVersion: "apps/v1", kind: "StatefulSet", metadata: meta, spec });
    expect(JSON.stringify(body)).not.toContain("creationTimestamp");
  });

  test("does not change its argument and is the same for the same input", () => {
    const object = { apiVersion: "v1", kind: "Secret", metadata: { ...meta, uid: "u" }, stringData: { a: "b" } };
    const before = JSON.stringify(object);
    expect(bodyOf(object)).toEqual(bodyOf(object));
    expect(JSON.stringify(object)).toBe(before);
  });
});
