import type { ObjectRef } from "@evenkeel/contracts";

/** What people call an object. */
export interface ObjectQuery {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

// As kubectl abbreviates them.
const shortNames: Readonly<Record<string, string>> = {
  cm: "configmap",
  cj: "cronjob",
  crd: "customresourcedefinition",
  deploy: "deployment",
  ds: "daemonset",
  ep: "endpoints",
  hpa: "horizontalpodautoscaler",
  ing: "ingress",
  netpol: "networkpolicy",
  ns: "namespace",
  pdb: "poddisruptionbudget",
  po: "pod",
  pv: "persistentvolume",
  pvc: "persistentvolumeclaim",
  rs: "replicaset",
  sa: "serviceaccount",
  sc: "storageclass",
  sts: "statefulset",
  svc: "service",
};

const singulars = (word: string): readonly string[] => [
  word,
  ...(word.endsWith("ies") ? [`${word.slice(0, -3)}y`] : []),
  ...(word.endsWith("es") ? [word.slice(0, -2)] : []),
  ...(word.endsWith("s") ? [word.slice(0, -1)] : []),
];

/** True if a ref is what the query names: kind in any case, short, plural, or with a group; namespace only if given. */
export const isNamed = (ref: ObjectRef, query: ObjectQuery): boolean => {
  if (ref.name !== query.name || (query.namespace !== "" && ref.namespace !== query.namespace)) return false;
  const asked = query.kind.toLowerCase();
  const dot = asked.indexOf(".");
  const kind = dot === -1 ? asked : asked.slice(0, dot);
  if (dot !== -1 && ref.group.toLowerCase() !== asked.slice(dot + 1)) return false;
  // A word that somebody typed may be one that every object has.
  const full = Object.hasOwn(shortNames, kind) ? shortNames[kind] : undefined;
  return singulars(full ?? kind).includes(ref.kind.toLowerCase());
};
