import { isObject } from "@evenkeel/resource";
import type { Json, JsonObject, KubeObject } from "@evenkeel/resource";

import { valueAt, withValueAt } from "./ignore-path.ts";
import type { PathStep } from "./ignore-path.ts";

type When = (object: KubeObject, value: Json) => boolean;

interface Contract {
  /** `Kind.group`. */
  readonly kind: string;
  /** `*` is every item of a list. */
  readonly path: readonly string[];
  /** Who writes the field, whatever a manifest says. */
  readonly owner: string;
  readonly when: When;
}

const annotation =
  (...names: readonly string[]): When =>
  ({ metadata }) =>
    names.some((name) => metadata.annotations?.[name] !== undefined);
const always: When = () => true;
/** No certificate at all, only the place for one: generators write `Cg==`, a line feed. */
const isPlaceholder: When = (_, value) =>
  value === null || (typeof value === "string" && Buffer.from(value, "base64").toString("utf8").trim() === "");
const isEmpty: When = (_, value) => value === null || (Array.isArray(value) && value.length === 0);

const CERT_MANAGER = annotation(
  "cert-manager.io/inject-ca-from",
  "cert-manager.io/inject-ca-from-secret",
  "cert-manager.io/inject-apiserver-ca",
);
const OPENSHIFT = annotation("service.beta.openshift.io/inject-cabundle");

const injected = (kind: string, path: readonly string[]): readonly Contract[] => [
  { kind, path, owner: "cert-manager's CA injector", when: CERT_MANAGER },
  { kind, path, owner: "the service CA operator", when: OPENSHIFT },
  { kind, path, owner: "whoever puts the certificate in", when: isPlaceholder },
];
const annotated = (kind: string, owner: string, ...names: readonly string[]): readonly Contract[] =>
  names.map((name) => ({ kind, path: ["metadata", "annotations", name], owner, when: always }));

/**
 * Fields that a controller of the control plane, or one that an annotation asks for, owns by contract: whatever a
 * manifest says is overwritten, so they stay out of the body and nobody fights. What only an application's own
 * controllers write (an autoscaler's replicas) is the author's to ignore.
 */
export const CONTRACTS: readonly Contract[] = [
  {
    kind: "ClusterRole.rbac.authorization.k8s.io",
    path: ["rules"],
    owner: "the role aggregation controller",
    when: ({ aggregationRule }) => isObject(aggregationRule),
  },
  ...injected("ValidatingWebhookConfiguration.admissionregistration.k8s.io", [
    "webhooks",
    "*",
    "clientConfig",
    "caBundle",
  ]),
  ...injected("MutatingWebhookConfiguration.admissionregistration.k8s.io", [
    "webhooks",
    "*",
    "clientConfig",
    "caBundle",
  ]),
  ...injected("CustomResourceDefinition.apiextensions.k8s.io", [
    "spec",
    "conversion",
    "webhook",
    "clientConfig",
    "caBundle",
  ]),
  ...injected("APIService.apiregistration.k8s.io", ["spec", "caBundle"]),
  { kind: "ConfigMap", path: ["data", "service-ca.crt"], owner: "the service CA operator", when: OPENSHIFT },
  { kind: "ServiceAccount", path: ["secrets"], owner: "the token controller", when: isEmpty },
  { kind: "ServiceAccount", path: ["imagePullSecrets"], owner: "the token controller", when: isEmpty },
  { kind: "Namespace", path: ["spec", "finalizers"], owner: "the namespace controller", when: always },
  { kind: "PersistentVolume", path: ["spec", "claimRef", "uid"], owner: "the volume binder", when: always },
  { kind: "PersistentVolume", path: ["spec", "claimRef", "resourceVersion"], owner: "the volume binder", when: always },
  ...annotated(
    "PersistentVolumeClaim",
    "the volume binder",
    "pv.kubernetes.io/bind-completed",
    "pv.kubernetes.io/bound-by-controller",
    "volume.kubernetes.io/selected-node",
    "volume.kubernetes.io/storage-provisioner",
    "volume.beta.kubernetes.io/storage-provisioner",
  ),
  ...annotated("PersistentVolume", "the volume binder", "pv.kubernetes.io/bound-by-controller"),
  ...annotated("Deployment.apps", "the deployment controller", "deployment.kubernetes.io/revision"),
];

const kindOf = ({ apiVersion, kind }: KubeObject): string => {
  const slash = apiVersion.indexOf("/");
  return slash < 0 ? kind : `${kind}.${apiVersion.slice(0, slash)}`;
};

const BY_KIND: ReadonlyMap<string, readonly Contract[]> = Map.groupBy(CONTRACTS, ({ kind }) => kind);

const steps = (path: readonly string[]): readonly PathStep[] => path.map((name) => ({ kind: "field", name }));

const without = (value: Json, path: readonly string[], drop: (value: Json) => boolean): Json => {
  const each = path.indexOf("*");
  if (each >= 0) {
    const list = valueAt(value, steps(path.slice(0, each)));
    if (!Array.isArray(list)) return value;
    const items = (list as readonly Json[]).map((item) => without(item, path.slice(each + 1), drop));
    return withValueAt(value, steps(path.slice(0, each)), items);
  }
  const found = valueAt(value, steps(path));
  return found === undefined || !drop(found) ? value : withValueAt(value, steps(path), undefined);
};

/** The object without the fields that others own by contract. */
export const withoutContracts = (object: KubeObject): KubeObject =>
  (BY_KIND.get(kindOf(object)) ?? []).reduce<KubeObject>(
    (left, { path, when }) => without(left as JsonObject, path, (value) => when(object, value)) as KubeObject,
    object,
  );
