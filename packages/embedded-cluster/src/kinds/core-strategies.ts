import type { KindStrategy } from "./kind-strategy.ts";
import { configMap } from "./core/config-map.ts";
import { namespace } from "./core/namespace.ts";
import { networkPolicy } from "./core/network-policy.ts";
import { clusterRole, clusterRoleBinding, role, roleBinding } from "./core/rbac.ts";
import { secret } from "./core/secret.ts";
import { service } from "./core/service.ts";
import { serviceAccount } from "./core/service-account.ts";

/** What the API server does to objects of the built-in kinds beside workloads, by `group/Kind`. */
export const coreStrategies: Readonly<Record<string, KindStrategy>> = {
  "/ConfigMap": configMap,
  "/Namespace": namespace,
  "/Secret": secret,
  "/Service": service,
  "/ServiceAccount": serviceAccount,
  "networking.k8s.io/NetworkPolicy": networkPolicy,
  "rbac.authorization.k8s.io/ClusterRole": clusterRole,
  "rbac.authorization.k8s.io/ClusterRoleBinding": clusterRoleBinding,
  "rbac.authorization.k8s.io/Role": role,
  "rbac.authorization.k8s.io/RoleBinding": roleBinding,
};
