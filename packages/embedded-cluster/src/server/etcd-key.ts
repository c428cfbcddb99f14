import { pathOf } from "../store/resource-table.ts";
import type { StoreKey } from "../store/store.ts";

/** Resources whose place in etcd is not their plural; messages of preconditions show it. */
const PLACES: Readonly<Record<string, string>> = {
  services: "services/specs",
  "networking.k8s.io/ingresses": "ingress",
};

/** Groups of the main server, which puts resources at the root. */
const ROOT: ReadonlySet<string> = new Set([
  "",
  "admissionregistration.k8s.io",
  "apps",
  "autoscaling",
  "batch",
  "coordination.k8s.io",
  "networking.k8s.io",
  "policy",
  "rbac.authorization.k8s.io",
  "scheduling.k8s.io",
  "storage.k8s.io",
]);

/** Where etcd would hold the object. */
export const etcdKey = (key: StoreKey): string => {
  const { group, plural } = key;
  const known = PLACES[group === "" ? plural : `${group}/${plural}`];
  const place = known ?? (ROOT.has(group) ? plural : `${group}/${plural}`);
  return `/registry/${place}/${pathOf(key)}`;
};
