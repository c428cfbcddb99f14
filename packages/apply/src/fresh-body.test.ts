import type { JsonObject, KubeObject } from "@evenkeel/resource";
import { describe, expect, test } from "vitest";

import { freshBody } from "./fresh-body.ts";

const service = (spec: JsonObject): KubeObject => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "a", namespace: "shop", uid: "1" },
  spec,
});

describe("a body for an object that does not exist", () => {
  test("has another name, in the same namespace, and no uid", () => {
    const body = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "a", namespace: "shop", uid: "1" },
      data: { a: "1" },
    };
    expect(freshBody(body, body, "probe")).toEqual({ ...body, metadata: { name: "probe", namespace: "shop" } });
  });

  test.each<[string, JsonObject, JsonObject, JsonObject]>([
    [
      "an address that the live one has",
      { clusterIP: "10.0.0.1", clusterIPs: ["10.0.0.1"] },
      { clusterIP: "10.0.0.1" },
      {},
    ],
    ["another address", { clusterIP: "10.0.0.2" }, { clusterIP: "10.0.0.1" }, { clusterIP: "10.0.0.2" }],
    ["None, which any number may have", { clusterIP: "None" }, { clusterIP: "None" }, { clusterIP: "None" }],
    [
      "a node port that the live one has, and another",
      {
        ports: [
          { port: 1, nodePort: 30_001 },
          { port: 2, nodePort: 30_003 },
        ],
      },
      {
        ports: [
          { port: 1, nodePort: 30_001 },
          { port: 2, nodePort: 30_002 },
        ],
      },
      { ports: [{ port: 1 }, { port: 2, nodePort: 30_003 }] },
    ],
    ["a health check's node port", { healthCheckNodePort: 30_001 }, { healthCheckNodePort: 30_001 }, {}],
  ])("of a Service leaves out %s only where it is taken", (_title, own, live, wanted) => {
    expect(freshBody(service(own), service(live), "probe")["spec"]).toEqual(wanted);
  });

  test("of a definition is of another group, from which its name follows", () => {
    const crd = {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: "widgets.example.com" },
      spec: { group: "example.com", names: { plural: "widgets" } },
    };
    expect(freshBody(crd, crd, "probe")).toMatchObject({
      metadata: { name: "widgets.probe.evenkeel.dev" },
      spec: { group: "probe.evenkeel.dev", names: { plural: "widgets" } },
    });
  });
});
