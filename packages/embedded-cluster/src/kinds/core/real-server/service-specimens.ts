import type { Hints } from "./mutate.ts";
import { meta, type Specimen } from "./specimen.ts";

const serviceHints: Hints = {
  type: ["ClusterIP", "NodePort", "LoadBalancer", "ExternalName", "X"],
  clusterIP: ["None", "", "10.96.0.50", "1.2.3.4", "010.0.0.1", "::1", "x"],
  clusterIPs: [["None"], [], ["10.96.0.50"], ["10.96.0.50", "::1"], ["10.96.0.50", "10.96.0.51", "10.96.0.52"]],
  ipFamilies: [["IPv4"], ["IPv6"], ["IPv4", "IPv6"], ["X"], []],
  ipFamilyPolicy: ["SingleStack", "PreferDualStack", "RequireDualStack", "X"],
  protocol: ["TCP", "UDP", "SCTP", "X", ""],
  targetPort: ["http", 8080, "Bad_Name", 0, ""],
  nodePort: [30_090, 30_091, 20_000, 0],
  sessionAffinity: ["ClientIP", "None", "X"],
  sessionAffinityConfig: [{ clientIP: { timeoutSeconds: 10 } }, { clientIP: { timeoutSeconds: 0 } }, {}],
  externalIPs: [["1.2.3.4"], ["127.0.0.1", "0.0.0.0"], ["169.254.1.1"], ["01.2.3.4"], ["2001:DB8::1"], ["x"]],
  externalName: ["example.com", "example.com.", "Bad_", ""],
  externalTrafficPolicy: ["Local", "Cluster", "X"],
  internalTrafficPolicy: ["Local", "Cluster", "X"],
  allocateLoadBalancerNodePorts: [true, false],
  loadBalancerClass: ["example.com/a", "bad class"],
  loadBalancerIP: ["1.2.3.4", "01.2.3.4", "2001:DB8::1"],
  loadBalancerSourceRanges: [["10.0.0.0/8"], ["10.0.0.1/8"], ["x"], [" 10.0.0.0/8 "]],
  healthCheckNodePort: [30_095, 0],
  trafficDistribution: ["PreferClose", "PreferSameZone", "X"],
  appProtocol: ["http", "example.com/x", "bad proto"],
  selector: [{ app: "y" }, {}, { "bad key": "x" }],
  name: ["http", "web", "", "Bad", "a.b"],
};

export const serviceSpecimens: readonly Specimen[] = [
  {
    title: "Service",
    object: {
      apiVersion: "v1",
      kind: "Service",
      metadata: { ...meta },
      spec: {
        selector: { app: "x" },
        ports: [
          { name: "http", port: 80, targetPort: "http" },
          { name: "dns", port: 53, protocol: "UDP" },
        ],
      },
    },
    hints: serviceHints,
  },
  {
    title: "one-port Service",
    object: {
      apiVersion: "v1",
      kind: "Service",
      metadata: { ...meta, name: "one-port" },
      spec: { ports: [{ port: 80 }] },
    },
    hints: serviceHints,
  },
  {
    title: "NodePort Service",
    object: {
      apiVersion: "v1",
      kind: "Service",
      metadata: { ...meta, name: "node-port" },
      spec: {
        type: "NodePort",
        selector: { app: "x" },
        ports: [
          { name: "http", port: 80, nodePort: 30_080 },
          { name: "udp", port: 80, protocol: "UDP" },
        ],
        sessionAffinity: "ClientIP",
      },
    },
    hints: serviceHints,
  },
  {
    title: "LoadBalancer Service",
    object: {
      apiVersion: "v1",
      kind: "Service",
      metadata: { ...meta, name: "balancer" },
      spec: {
        type: "LoadBalancer",
        externalTrafficPolicy: "Local",
        selector: { app: "x" },
        ports: [{ name: "http", port: 80 }],
        loadBalancerSourceRanges: ["10.0.0.0/8"],
        loadBalancerClass: "example.com/x",
      },
    },
    hints: serviceHints,
  },
  {
    title: "headless Service",
    object: {
      apiVersion: "v1",
      kind: "Service",
      metadata: { ...meta, name: "headless" },
      spec: { clusterIP: "None", selector: { app: "x" }, ports: [{ port: 80 }] },
    },
    hints: serviceHints,
  },
  {
    title: "ExternalName Service",
    object: {
      apiVersion: "v1",
      kind: "Service",
      metadata: { ...meta, name: "external" },
      spec: { type: "ExternalName", externalName: "example.com" },
    },
    hints: serviceHints,
  },
];
