import { describe, expect, it } from "vitest";

import { copyOf, type LiveObject, type ValueMap } from "../../json.ts";
import { service } from "./service.ts";
import { created, freeCluster, told } from "./told.fixture.ts";

const make = (spec: ValueMap): LiveObject => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "s", namespace: "default", resourceVersion: "1" },
  spec,
});
const ports = (...numbers: readonly number[]): ValueMap[] => numbers.map((port) => ({ name: `p${port}`, port }));

describe("a new Service", () => {
  it("gets an address, a family and what the server fills in", () => {
    expect(created(service, make({ ports: [{ port: 80 }] }))["spec"]).toEqual({
      type: "ClusterIP",
      clusterIP: "10.96.0.2",
      clusterIPs: ["10.96.0.2"],
      ipFamilies: ["IPv4"],
      ipFamilyPolicy: "SingleStack",
      internalTrafficPolicy: "Cluster",
      sessionAffinity: "None",
      ports: [{ port: 80, targetPort: 80, protocol: "TCP" }],
    });
  });

  it.each<[string, ValueMap, string]>([
    ["an address outside the range", { clusterIP: "1.2.3.4", ports: [{ port: 80 }] }, "spec.clusterIPs: "],
    [
      "a node port outside the range",
      { type: "NodePort", ports: [{ port: 80, nodePort: 20_000 }] },
      "spec.ports[0].nodePort: ",
    ],
  ])("is refused at once for %s", (_title, spec, message) => {
    expect(() => created(service, make(spec))).toThrow(`Service "s" is invalid: ${message}`);
  });
});

describe("a changed Service", () => {
  const old = created(service, make({ type: "NodePort", ports: ports(80, 81) }));
  const change = (spec: ValueMap): LiveObject => {
    const next = make(spec);
    service.applyDefaults?.(next);
    service.prepareForUpdate?.(next, copyOf(old), freeCluster());
    return next;
  };

  it("keeps the address and node ports that it leaves out", () => {
    const next = change({ type: "NodePort", ports: ports(81, 80) });
    expect(next["spec"]).toMatchObject({
      clusterIP: "10.96.0.2",
      ports: [
        { name: "p81", nodePort: 30_002 },
        { name: "p80", nodePort: 30_001 },
      ],
    });
    expect(service.validateUpdate?.(next, old, freeCluster())).toEqual([]);
  });

  it("keeps its address for good", () => {
    const next = change({ type: "NodePort", clusterIP: "10.96.9.9", clusterIPs: ["10.96.9.9"], ports: ports(80) });
    expect(told(service.validateUpdate?.(next, old, freeCluster()))).toEqual([
      'spec.clusterIPs[0]: Invalid value: ["10.96.9.9"]: may not change once set',
    ]);
  });

  it("lets node ports go with its type", () => {
    const next = change({ ...copyOf(old["spec"] as ValueMap), type: "ClusterIP" });
    expect(next["spec"]).not.toHaveProperty("externalTrafficPolicy");
    expect(next["spec"]).toMatchObject({ ports: [{ name: "p80" }, { name: "p81" }] });
    expect(JSON.stringify(next["spec"])).not.toContain("nodePort");
  });

  it("lets its address go when it becomes a mere name", () => {
    const next = change({ type: "ExternalName", externalName: "example.com" });
    expect(service.validateUpdate?.(next, old, freeCluster())).toEqual([]);
    expect(next["spec"]).toEqual({ type: "ExternalName", externalName: "example.com", sessionAffinity: "None" });
  });
});
