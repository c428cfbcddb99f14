import type { KindStrategy } from "./kind-strategy.ts";
import { selfSubjectAccessReview } from "./core/access-review.ts";
import { reportedEvent } from "./core/reported-event.ts";
import { event } from "./core/event.ts";
import { node } from "./core/node.ts";
import { apiService } from "./core/api-service.ts";
import { endpoints } from "./core/endpoints.ts";
import { endpointSlice } from "./core/endpoint-slice.ts";
import { validatingAdmissionPolicy } from "./core/admission-policy.ts";
import { validatingAdmissionPolicyBinding } from "./core/admission-policy-binding.ts";
import { mutatingWebhookConfiguration, validatingWebhookConfiguration } from "./core/webhook-configuration.ts";
import { configMap } from "./core/config-map.ts";
import { ingress } from "./core/ingress.ts";
import { ingressClass } from "./core/ingress-class.ts";
import { lease } from "./core/lease.ts";
import { limitRange } from "./core/limit-range.ts";
import { priorityClass } from "./core/priority-class.ts";
import { resourceQuota } from "./core/resource-quota.ts";
import { storageClass } from "./core/storage-class.ts";
import { namespace } from "./core/namespace.ts";
import { networkPolicy } from "./core/network-policy.ts";
import { clusterRole, clusterRoleBinding, role, roleBinding } from "./core/rbac.ts";
import { secret } from "./core/secret.ts";
import { service } from "./core/service.ts";
import { serviceAccount } from "./core/service-account.ts";

/** What the API server does to objects of the built-in kinds beside workloads, by `group/Kind`. */
export const coreStrategies: Readonly<Record<string, KindStrategy>> = {
  "/ConfigMap": configMap,
  "/Endpoints": endpoints,
  "/Event": event,
  "/LimitRange": limitRange,
  "/Namespace": namespace,
  "/Node": node,
  "/ResourceQuota": resourceQuota,
  "/Secret": secret,
  "/Service": service,
  "/ServiceAccount": serviceAccount,
  "admissionregistration.k8s.io/MutatingWebhookConfiguration": mutatingWebhookConfiguration,
  "admissionregistration.k8s.io/ValidatingAdmissionPolicy": validatingAdmissionPolicy,
  "admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding": validatingAdmissionPolicyBinding,
  "admissionregistration.k8s.io/ValidatingWebhookConfiguration": validatingWebhookConfiguration,
  "apiregistration.k8s.io/APIService": apiService,
  "authorization.k8s.io/SelfSubjectAccessReview": selfSubjectAccessReview,
  "coordination.k8s.io/Lease": lease,
  "discovery.k8s.io/EndpointSlice": endpointSlice,
  "events.k8s.io/Event": reportedEvent,
  "networking.k8s.io/Ingress": ingress,
  "networking.k8s.io/IngressClass": ingressClass,
  "networking.k8s.io/NetworkPolicy": networkPolicy,
  "rbac.authorization.k8s.io/ClusterRole": clusterRole,
  "rbac.authorization.k8s.io/ClusterRoleBinding": clusterRoleBinding,
  "rbac.authorization.k8s.io/Role": role,
  "rbac.authorization.k8s.io/RoleBinding": roleBinding,
  "scheduling.k8s.io/PriorityClass": priorityClass,
  "storage.k8s.io/StorageClass": storageClass,
};
