import { refOf, waveOf } from "@evenkeel/resource";
import type { KubeObject } from "@evenkeel/resource";
import type { ObjectRef } from "@evenkeel/words";

import { textAt } from "./json-at.ts";

/**
 * What must be done before what: `after[i]` are the steps that step i waits for. Steps below `objects` are the objects
 * in the order given; those above are barriers, done once all they wait for is done.
 */
export interface Order {
  readonly objects: number;
  readonly after: readonly (readonly number[])[];
}

interface OrderRule {
  readonly says: string;
  /** The group this object must be done for, if any. */
  readonly gives: (ref: ObjectRef, object: KubeObject) => string | undefined;
  /** The groups this object waits for. */
  readonly needs: (ref: ObjectRef, object: KubeObject) => readonly string[];
  /** Counts only between objects of one wave. */
  readonly soft?: true;
}

const is = (ref: ObjectRef, group: string, ...kinds: readonly string[]): boolean =>
  ref.group === group && kinds.includes(ref.kind);

/** A CustomResourceDefinition. */
export const isCrd = (ref: ObjectRef): boolean => is(ref, "apiextensions.k8s.io", "CustomResourceDefinition");
/** What runs pods. */
export const isWorkload = (ref: ObjectRef): boolean =>
  is(ref, "apps", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet") ||
  is(ref, "batch", "Job", "CronJob") ||
  is(ref, "", "Pod", "ReplicationController");
/** What workloads need to run. */
export const isConfig = (ref: ObjectRef): boolean =>
  is(ref, "", "ServiceAccount", "ConfigMap", "Secret", "PersistentVolumeClaim", "LimitRange", "ResourceQuota") ||
  is(ref, "rbac.authorization.k8s.io", "Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding") ||
  is(ref, "scheduling.k8s.io", "PriorityClass") ||
  is(ref, "storage.k8s.io", "StorageClass") ||
  is(ref, "", "PersistentVolume");
/** What rules the writes of others. */
export const isWebhook = (ref: ObjectRef): boolean =>
  is(
    ref,
    "admissionregistration.k8s.io",
    "ValidatingWebhookConfiguration",
    "MutatingWebhookConfiguration",
    "ValidatingAdmissionPolicyBinding",
    "MutatingAdmissionPolicyBinding",
  );

const crdKind = (object: KubeObject): string =>
  `${textAt(object, "spec", "group")}/${textAt(object, "spec", "names", "kind")}`;

/** What goes before what. A barrier stands between those that give a group and those that need it. */
export const ORDER_RULES: readonly OrderRule[] = [
  {
    says: "a Namespace before the objects in it",
    gives: (ref) => (is(ref, "", "Namespace") ? ref.name : undefined),
    needs: (ref) => (ref.namespace === "" ? [] : [ref.namespace]),
  },
  {
    says: "a CustomResourceDefinition before its resources",
    gives: (ref, object) => (isCrd(ref) ? crdKind(object) : undefined),
    needs: (ref) => [`${ref.group}/${ref.kind}`],
  },
  {
    says: "an APIService before the kinds of its group",
    gives: (ref, object) =>
      is(ref, "apiregistration.k8s.io", "APIService") ? textAt(object, "spec", "group") : undefined,
    needs: (ref) => (ref.group === "" ? [] : [ref.group]),
  },
  {
    says: "accounts, rights, configuration and claims before the workloads that use them",
    gives: (ref) => (isConfig(ref) ? ref.namespace : undefined),
    needs: (ref) => (isWorkload(ref) ? ["", ref.namespace] : []),
    soft: true,
  },
  {
    says: "everything else before webhook configurations",
    gives: (ref) => (isWebhook(ref) ? undefined : "all"),
    needs: (ref) => (isWebhook(ref) ? ["all"] : []),
    soft: true,
  },
];

/** Brings what others need forward to the first wave that needs it, so that waves and hard edges never contradict. */
const effectiveWaves = (objects: readonly KubeObject[], refs: readonly ObjectRef[]): readonly number[] => {
  const waves = objects.map(waveOf);
  for (const rule of ORDER_RULES.filter((each) => each.soft === undefined).toReversed()) {
    const first = new Map<string, number>();
    objects.forEach((object, i) => {
      const ref = refs[i] ?? refOf(object);
      for (const group of rule.needs(ref, object))
        first.set(group, Math.min(first.get(group) ?? Infinity, waves[i] ?? 0));
    });
    objects.forEach((object, i) => {
      const group = rule.gives(refs[i] ?? refOf(object), object);
      const needed = group === undefined ? undefined : first.get(group);
      if (needed !== undefined && needed < (waves[i] ?? 0)) waves[i] = needed;
    });
  }
  return waves;
};

/** The order of applying: by the rules above and by waves; what has no edge may run at the same time. */
export const orderObjects = (objects: readonly KubeObject[]): Order => {
  const refs = objects.map(refOf);
  const waves = effectiveWaves(objects, refs);
  const after: number[][] = objects.map(() => []);
  const barrier = (before: readonly number[], then: readonly number[]): void => {
    if (before.length === 0 || then.length === 0) return;
    const step = after.push([...before]) - 1;
    for (const index of then) after[index]?.push(step);
  };
  for (const rule of ORDER_RULES) {
    const givers = new Map<string, number[]>();
    const takers = new Map<string, number[]>();
    const add = (to: Map<string, number[]>, group: string, index: number): void => {
      const key = rule.soft === true ? `${waves[index] ?? 0} ${group}` : group;
      const found = to.get(key);
      if (found === undefined) to.set(key, [index]);
      else found.push(index);
    };
    objects.forEach((object, index) => {
      const ref = refs[index] ?? refOf(object);
      const given = rule.gives(ref, object);
      if (given !== undefined) add(givers, given, index);
      for (const group of rule.needs(ref, object)) add(takers, group, index);
    });
    for (const [group, before] of givers) barrier(before, takers.get(group) ?? []);
  }
  const numbers = [...new Set(waves)].sort((a, b) => a - b);
  const inWave = (wave: number | undefined): number[] => objects.flatMap((_, i) => (waves[i] === wave ? [i] : []));
  numbers.slice(1).forEach((wave, i) => barrier(inWave(numbers[i]), inWave(wave)));
  return { objects: objects.length, after };
};

/** The same edges the other way round: the order of deleting. */
export const reverseOrder = (order: Order): Order => {
  const after: number[][] = order.after.map(() => []);
  order.after.forEach((before, step) => before.forEach((index) => after[index]?.push(step)));
  return { objects: order.objects, after };
};
