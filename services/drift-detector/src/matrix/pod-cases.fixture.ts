// For tests only.
import { adding, setting } from "./change.fixture.ts";
import { deployment } from "./manifests.fixture.ts";
import type { DriftCase } from "./run-case.fixture.ts";

import type { Json } from "@evenkeel/resource";

const POD = ["spec", "template", "spec"] as const;
const WEB = [...POD, "containers", 0] as const;

/** D24 to D34: what a pod template holds. */
export const podCases: readonly DriftCase[] = [
  {
    id: "D24",
    title: "toleration appended (atomic, owned)",
    manifest: deployment("d24", { pod: { tolerations: [{ key: "a", operator: "Exists" }] } }),
    edit: (e) => e.put(adding([...POD, "tolerations"], { key: "b", operator: "Exists" })),
    expected: "DRIFT",
    paths: ["spec.template.spec.tolerations"],
  },
  {
    id: "D25",
    title: "container port added (keyed list)",
    manifest: deployment("d25", { container: { ports: [{ containerPort: 80, protocol: "TCP" }] } }),
    edit: (e) => e.put(adding([...WEB, "ports"], { containerPort: 81, protocol: "TCP" })),
    expected: "IN_SYNC",
  },
  {
    id: "D26",
    title: "initContainers reordered",
    manifest: deployment("d26", {
      pod: {
        initContainers: [
          { name: "one", image: "i:1" },
          { name: "two", image: "i:2" },
        ],
      },
    }),
    edit: (e) =>
      e.put((object) => {
        const path = [...POD, "initContainers"];
        const list = path.reduce<never>((value, step) => value[step], object as never) as readonly Json[];
        return setting(path, list.toReversed())(object);
      }),
    expected: "DRIFT",
    candidate: true,
  },
  {
    id: "D27",
    title: "element of args changed",
    manifest: deployment("d27", { container: { args: ["-a", "-b"] } }),
    edit: (e) => e.put(setting([...WEB, "args", 1], "-c")),
    expected: "DRIFT",
    paths: ["spec.template.spec.containers[name=web].args"],
  },
  {
    id: "D28a",
    title: "owned resources: {} and securityContext: {}, children added by another",
    manifest: deployment("d28a", { container: { resources: {} }, pod: { securityContext: {} } }),
    edit: async (e) => {
      await e.put(setting([...WEB, "resources"], { limits: { cpu: "1" } }));
      await e.put(setting([...POD, "securityContext"], { runAsUser: 1000 }));
    },
    expected: "IN_SYNC",
  },
  {
    id: "D28b",
    title: "owned nodeSelector: {} (atomic map), key added by another",
    manifest: deployment("d28b", { pod: { nodeSelector: {} } }),
    edit: (e) => e.put(setting([...POD, "nodeSelector"], { disk: "ssd" })),
    expected: "DRIFT",
    paths: ["spec.template.spec.nodeSelector"],
  },
  {
    id: "D30a",
    title: "empty-string env",
    manifest: deployment("d30a", { container: { env: [{ name: "A", value: "" }] } }),
    edit: (e) => e.merge({ metadata: { labels: { theirs: "x" } } }),
    expected: "IN_SYNC",
  },
  {
    id: "D33",
    title: "status written",
    manifest: deployment("d33"),
    edit: (e) => e.merge({ status: { observedGeneration: 1, replicas: 1 } }, { subresource: "status" }),
    expected: "IN_SYNC",
    candidate: false,
  },
  {
    id: "D34",
    title: "rollout restart annotation",
    manifest: deployment("d34"),
    edit: (e) =>
      e.merge({ spec: { template: { metadata: { annotations: { "kubectl.kubernetes.io/restartedAt": "now" } } } } }),
    expected: "IN_SYNC",
  },
];
