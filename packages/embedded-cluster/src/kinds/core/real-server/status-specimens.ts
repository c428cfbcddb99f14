import type { Value } from "../../../json.ts";
import { allSpecimens } from "./manifests.ts";
import type { Hints } from "./mutate.ts";
import type { Specimen } from "./specimen.ts";

/** Statuses to write into the specimen of a kind, and what is worth trying in them. */
const statuses: Readonly<Record<string, { readonly status: Value; readonly hints: Hints }>> = {
  Namespace: {
    status: { phase: "Active", conditions: [{ type: "NamespaceDeletionContentFailure", status: "False" }] },
    hints: { phase: ["Terminating", "X"], spec: [{ finalizers: ["example.com/x"] }] },
  },
  "LoadBalancer Service": {
    status: { loadBalancer: { ingress: [{ ip: "1.2.3.4" }, { hostname: "a.example.com" }] } },
    hints: {
      ip: ["01.2.3.4", "x", "2001:DB8::1", ""],
      hostname: ["1.2.3.4", "Bad", ""],
      ipMode: ["VIP", "Proxy", "X"],
      externalTrafficPolicy: ["Cluster"],
    },
  },
  Service: {
    status: { loadBalancer: {} },
    hints: { loadBalancer: [{ ingress: [{ ip: "1.2.3.4" }] }, {}] },
  },
  Ingress: {
    status: { loadBalancer: { ingress: [{ ip: "1.2.3.4" }, { hostname: "a.example.com" }] } },
    hints: { ip: ["01.2.3.4", "x", "2001:DB8::1", ""], hostname: ["1.2.3.4", "Bad", ""] },
  },
  ResourceQuota: {
    status: { hard: { pods: "10" }, used: { pods: "1" } },
    hints: { hard: [{ pods: "1.5" }, { x: "1" }], used: [{ "requests.cpu": "-1" }, { services: "1n" }] },
  },
  Node: {
    status: {
      capacity: { cpu: "3" },
      conditions: [{ type: "Ready", status: "True" }],
      addresses: [{ type: "InternalIP", address: "10.0.0.1" }],
    },
    hints: { unschedulable: [true] },
  },
  ValidatingAdmissionPolicy: {
    status: {
      observedGeneration: 1,
      conditions: [
        { type: "Ready", status: "True", reason: "Fine", message: "", lastTransitionTime: "2026-01-01T00:00:00Z" },
      ],
    },
    hints: {
      status: ["X", "False"],
      reason: ["bad reason", ""],
      type: ["Bad Type"],
      conditions: [[{ type: "A", status: "True", reason: "R", message: "" }]],
      typeChecking: [{ expressionWarnings: [{ fieldRef: "", warning: "w" }] }],
    },
  },
};

/** The specimens that have a status, with one in it. */
export const statusSpecimens: readonly Specimen[] = allSpecimens.flatMap((specimen) => {
  const found = statuses[specimen.title];
  if (found === undefined) return [];
  const metadata = { ...specimen.object.metadata, name: "with-status" };
  return [{ ...specimen, object: { ...specimen.object, metadata, status: found.status }, hints: found.hints }];
});
