import { meta, type Specimen } from "./specimen.ts";

export const systemSpecimens: readonly Specimen[] = [
  {
    title: "Event",
    object: {
      apiVersion: "v1",
      kind: "Event",
      metadata: { ...meta },
      involvedObject: { kind: "Pod", name: "p", namespace: "default" },
      reason: "Why",
      message: "x",
      type: "Normal",
      count: 1,
      firstTimestamp: "2026-01-01T00:00:00Z",
    },
    hints: {
      eventTime: ["2026-01-01T00:00:00.000000Z"],
      reportingComponent: ["example.com/x", "bad reporter"],
      reportingInstance: ["i", "x".repeat(129)],
      action: ["Do"],
      namespace: ["default", "other", ""],
      series: [{ count: 1, lastObservedTime: "2026-01-01T00:00:00.000000Z" }],
    },
  },
  {
    title: "reported Event",
    object: {
      apiVersion: "events.k8s.io/v1",
      kind: "Event",
      metadata: { ...meta, name: "reported" },
      eventTime: "2026-01-01T00:00:00.000000Z",
      regarding: { kind: "Pod", name: "p", namespace: "default" },
      related: { kind: "Node", name: "n" },
      reason: "Why",
      action: "Do",
      note: "x",
      type: "Normal",
      reportingController: "example.com/x",
      reportingInstance: "i",
    },
    hints: {
      type: ["Warning", "X", ""],
      reportingController: ["", "bad reporter"],
      reportingInstance: ["", "x".repeat(129)],
      eventTime: [null, "2026-01-02T00:00:00.000000Z"],
      series: [
        { count: 1, lastObservedTime: "2026-01-01T00:00:00.000000Z" },
        { count: 3 },
        { count: 2, lastObservedTime: "2026-01-01T00:00:00.000000Z" },
      ],
      deprecatedCount: [1],
      deprecatedSource: [{ component: "c" }],
      deprecatedFirstTimestamp: ["2026-01-01T00:00:00Z"],
      note: ["y", "x".repeat(1025)],
      namespace: ["default", "other", ""],
    },
  },
  {
    title: "Node",
    object: {
      apiVersion: "v1",
      kind: "Node",
      metadata: { ...meta },
      spec: {
        podCIDR: "10.1.0.0/24",
        podCIDRs: ["10.1.0.0/24"],
        providerID: "cloud://1",
        taints: [{ key: "a", value: "b", effect: "NoExecute" }],
      },
      status: { capacity: { cpu: "2", memory: "1Gi" } },
    },
    hints: {
      effect: ["NoSchedule", "X", ""],
      unschedulable: [true],
      providerID: ["cloud://2", ""],
      taints: [
        [],
        [
          { key: "a", effect: "NoExecute" },
          { key: "a", effect: "NoExecute" },
        ],
      ],
    },
  },
];
