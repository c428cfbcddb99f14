import type { LiveObject, Value, ValueMap } from "../json.ts";
import { textAt } from "../reading.ts";

/** One request of a controller to its own cluster. */
export interface Write {
  readonly method: "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly body: Value;
  /** Another controller's user than the one that decided: the toy kubelet's, for what only it writes. */
  readonly as?: string;
}

/** What a look at some objects leads to: requests in order, and when to look again if nothing happens before. */
export interface Decision {
  readonly writes: readonly Write[];
  readonly againMs?: number;
}

export const NOTHING: Decision = { writes: [] };

/** A resource by the version at which controllers speak to it. */
export interface Resource {
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
}

export const resources = {
  configMaps: { apiVersion: "v1", kind: "ConfigMap", plural: "configmaps" },
  namespaces: { apiVersion: "v1", kind: "Namespace", plural: "namespaces" },
  pods: { apiVersion: "v1", kind: "Pod", plural: "pods" },
  serviceAccounts: { apiVersion: "v1", kind: "ServiceAccount", plural: "serviceaccounts" },
  daemonSets: { apiVersion: "apps/v1", kind: "DaemonSet", plural: "daemonsets" },
  deployments: { apiVersion: "apps/v1", kind: "Deployment", plural: "deployments" },
  replicaSets: { apiVersion: "apps/v1", kind: "ReplicaSet", plural: "replicasets" },
  statefulSets: { apiVersion: "apps/v1", kind: "StatefulSet", plural: "statefulsets" },
  jobs: { apiVersion: "batch/v1", kind: "Job", plural: "jobs" },
} as const satisfies Readonly<Record<string, Resource>>;

export const groupOf = ({ apiVersion }: { readonly apiVersion: string }): string =>
  apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "";

/** The path of a collection (`name` "") or of one object, also of kinds that only the store knows. */
export const pathOf = (
  resource: { readonly apiVersion: string; readonly plural: string },
  namespace: string,
  name = "",
  subresource = "",
): string =>
  [
    resource.apiVersion.includes("/") ? "/apis" : "/api",
    resource.apiVersion,
    ...(namespace === "" ? [] : ["namespaces", encodeURIComponent(namespace)]),
    resource.plural,
    ...(name === "" ? [] : [encodeURIComponent(name)]),
    ...(subresource === "" ? [] : [subresource]),
  ].join("/");

const placeOf = (object: LiveObject): readonly [namespace: string, name: string] => [
  textAt(object.metadata, "namespace"),
  textAt(object.metadata, "name"),
];

export const create = (resource: Resource, namespace: string, object: ValueMap): Write => ({
  method: "POST",
  path: pathOf(resource, namespace),
  body: { apiVersion: resource.apiVersion, kind: resource.kind, ...object },
});

/** The whole object as it was read, changed; refused when it has changed meanwhile. */
export const replace = (resource: Resource, object: LiveObject, subresource = ""): Write => ({
  method: "PUT",
  path: pathOf(resource, ...placeOf(object), subresource),
  body: object,
});

export const mergePatch = (
  resource: { readonly apiVersion: string; readonly plural: string },
  object: LiveObject,
  patch: ValueMap,
): Write => ({ method: "PATCH", path: pathOf(resource, ...placeOf(object)), body: patch });

/** Deletes this very object. */
export const remove = (
  resource: { readonly apiVersion: string; readonly plural: string },
  object: LiveObject,
  options: ValueMap = {},
): Write => ({
  method: "DELETE",
  path: pathOf(resource, ...placeOf(object)),
  body: {
    apiVersion: "v1",
    kind: "DeleteOptions",
    preconditions: { uid: textAt(object.metadata, "uid") },
    ...options,
  },
});
