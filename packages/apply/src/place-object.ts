import { refOf, splitApiVersion } from "@evenkeel/resource";
import type { KubeObject } from "@evenkeel/resource";
import { describeRef } from "@evenkeel/words";
import type { ObjectRef, Reason, Scope } from "@evenkeel/words";

import { ownGroundDenied } from "./own-ground.ts";
import { textAt } from "./json-at.ts";

/** Where an app may write. */
export interface Grant {
  /** Default namespace of its namespaced objects; empty if the app declares none. */
  readonly namespace: string;
  /** Other namespaces that it may name; `*` is any. Absent: none, or any where `namespace` is empty too. */
  readonly allowedNamespaces: readonly string[] | undefined;
  /** Kinds of cluster-scoped objects, `Kind` or `Kind.group`; `*` is any. Absent: none, or any where no namespace is named. */
  readonly allowedClusterKinds: readonly string[] | undefined;
}

/** Scope of a kind as the cluster serves it; undefined: not served. */
export type ScopeOf = (kind: { readonly group: string; readonly kind: string }) => Scope | undefined;

/** Version at which the cluster serves a kind, whatever version was asked for; undefined: none. */
export type ServedAt = (kind: { readonly group: string; readonly kind: string }) => string | undefined;

export type Placed =
  | { readonly kind: "placed"; readonly object: KubeObject; readonly ref: ObjectRef }
  | { readonly kind: "refused"; readonly ref: ObjectRef; readonly reason: Reason };

/** Scopes of the custom kinds that a set itself defines: known before the cluster serves them. */
export const scopesOfCrds = (objects: readonly KubeObject[]): ReadonlyMap<string, Scope> => {
  const scopes = new Map<string, Scope>();
  for (const object of objects) {
    if (object.kind !== "CustomResourceDefinition") continue;
    const key = `${textAt(object, "spec", "group")}/${textAt(object, "spec", "names", "kind")}`;
    scopes.set(key, textAt(object, "spec", "scope") === "Namespaced" ? "namespaced" : "cluster");
  }
  return scopes;
};

const mayUseNamespace = (namespace: string, grant: Grant): boolean => {
  const allowed = grant.allowedNamespaces ?? (grant.namespace === "" ? ["*"] : []);
  return namespace === grant.namespace || allowed.includes("*") || allowed.includes(namespace);
};

const outsideNamespace = (ref: ObjectRef, namespace: string, grant: Grant): Reason => ({
  code: "ScopeDenied",
  message: `${describeRef(ref)} is outside the application's namespace ${JSON.stringify(grant.namespace)}`,
  remedy: `add ${JSON.stringify(namespace)} to allowedNamespaces of the Application, or name another namespace in Git`,
});

/** A Namespace is ruled twice: as a kind, and by its name. */
const clusterScopeDenied = (ref: ObjectRef, grant: Grant): Reason | undefined => {
  const isUnlimited = grant.namespace === "" && grant.allowedNamespaces === undefined;
  const allowed = grant.allowedClusterKinds ?? (isUnlimited ? ["*"] : []);
  const kind = ref.group === "" ? ref.kind : `${ref.kind}.${ref.group}`;
  if (!allowed.includes("*") && !allowed.includes(kind)) {
    return {
      code: "ScopeDenied",
      message: `${describeRef(ref)} belongs to the whole cluster, and the application may not write a ${ref.kind}`,
      remedy: `add ${JSON.stringify(kind)} to allowedClusterKinds of the Application, or take the object out in Git`,
    };
  }
  const isNamespace = ref.group === "" && ref.kind === "Namespace";
  return isNamespace && !mayUseNamespace(ref.name, grant) ? outsideNamespace(ref, ref.name, grant) : undefined;
};

/** The one check of a ref against an app's grant: made at plan time and again before every write. */
export const scopeDenied = (ref: ObjectRef, grant: Grant): Reason | undefined => {
  const ownGround = ownGroundDenied(ref);
  if (ownGround !== undefined) return ownGround;
  if (ref.namespace === "") return clusterScopeDenied(ref, grant);
  return mayUseNamespace(ref.namespace, grant) ? undefined : outsideNamespace(ref, ref.namespace, grant);
};

const notServed = (object: KubeObject, ref: ObjectRef, served: string | undefined): Reason => {
  const message = `${describeRef(ref)} cannot be placed: the cluster does not serve ${ref.kind} of ${object.apiVersion}`;
  if (served === undefined) {
    const remedy = "install the CustomResourceDefinition, or correct apiVersion and kind";
    return { code: "KindMissing", message, remedy };
  }
  const { group } = splitApiVersion(object.apiVersion);
  const apiVersion = group === "" ? served : `${group}/${served}`;
  return {
    code: "ApiVersionRemoved",
    message: `${message}, only of ${apiVersion}`,
    remedy: `write apiVersion: ${apiVersion} in Git, and look at what differs between the two versions`,
  };
};

/** Sets the app's namespace on a namespaced object without one, takes it off a cluster-scoped one, and checks the grant. */
export const placeObject = (object: KubeObject, grant: Grant, scopeOf: ScopeOf, servedAt?: ServedAt): Placed => {
  const own = refOf(object);
  const scope = scopeOf(own);
  if (scope === undefined) return { kind: "refused", ref: own, reason: notServed(object, own, servedAt?.(own)) };
  const namespace = scope === "cluster" ? "" : own.namespace === "" ? grant.namespace : own.namespace;
  const ref = { ...own, namespace };
  if (scope === "namespaced" && namespace === "") {
    const message = `${describeRef(own)} has no namespace, and its Application declares none`;
    const remedy = "set spec.namespace in the Application, or metadata.namespace";
    return { kind: "refused", ref, reason: { code: "ScopeDenied", message, remedy } };
  }
  const denied = scopeDenied(ref, grant);
  if (denied !== undefined) return { kind: "refused", ref, reason: denied };
  if (namespace === (object.metadata.namespace ?? "")) return { kind: "placed", ref, object };
  const { namespace: _dropped, ...metadata } = object.metadata;
  const placed = { ...metadata, name: own.name, ...(namespace === "" ? {} : { namespace }) };
  return { kind: "placed", ref, object: { ...object, metadata: placed } };
};
