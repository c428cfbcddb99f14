import { parseJson } from "@evenkeel/resource";

import { beginCrdDeletion } from "../custom/crd-conditions.ts";
import { type LiveObject, copyOf, isMap } from "../json.ts";
import { writeJson } from "../store/write-json.ts";
import { checkImmortal, runMutating, runValidating } from "./admission.ts";
import { type Call, timeText } from "./cluster-state.ts";
import { type DeleteOptions, deleteOptions } from "./delete-options.ts";
import { beginGrace, checkPreconditions, collectorFinalizers, finalizersOf, markAsDeleting } from "./deletion-rules.ts";
import { repeatsStored } from "./repeats-stored.ts";
import { notFound, successStatus } from "./status.ts";
import { keyOf } from "./store-object.ts";
import { textAt } from "../reading.ts";

/** What a DELETE answers: the object, or a Status. */
export interface Deleted {
  readonly code: 200 | 202;
  readonly body: { readonly kind: "object" | "status"; readonly json: string };
}

/** Kinds whose DELETE answers the object (the registry's ReturnDeletedObject); all others answer a Status. */
const RETURNS_OBJECT: ReadonlySet<string> = new Set([
  "/Namespace",
  "/PersistentVolumeClaim",
  "/Pod",
  "/ResourceQuota",
  "/Service",
  "/ServiceAccount",
  "storage.k8s.io/StorageClass",
]);

interface Outcome {
  readonly object: LiveObject;
  /** `kept`: finalizers or a grace period hold it, and the changed object is answered. */
  readonly kind: "removed" | "kept" | "pending";
}

const admitDeletion = (call: Call, live: LiveObject, options: DeleteOptions): void => {
  const asked = { operation: "DELETE", old: live, options: { dryRun: options.dryRun, fieldManager: "" } } as const;
  runMutating(call, asked);
  runValidating(call, asked);
};

const write = (call: Call, object: LiveObject, live: LiveObject, dryRun: boolean): LiveObject => {
  if (dryRun || repeatsStored(call, object, live, dryRun)) return object;
  const stored = call.cluster.store.put(keyOf(call, textAt(object.metadata, "name")), object);
  return parseJson(stored.json) as LiveObject;
};

const remove = (call: Call, object: LiveObject, dryRun: boolean): LiveObject => {
  if (dryRun) return object;
  const last = call.cluster.store.remove(keyOf(call, textAt(object.metadata, "name")));
  return last === undefined ? object : (parseJson(last.json) as LiveObject);
};

const deleteGenerically = (call: Call, live: LiveObject, options: DeleteOptions): Outcome => {
  checkPreconditions(call, live, options);
  const object = copyOf(live);
  const grace = beginGrace(call, object, options);
  if (grace.kind === "pending") return { object: live, kind: "pending" };
  admitDeletion(call, live, options);
  const finalizers = collectorFinalizers(call, object, options);
  if (finalizers !== undefined) object.metadata["finalizers"] = [...finalizers];
  if (finalizers?.length === 0) delete object.metadata["finalizers"];
  const isHeld = finalizersOf(object).length > 0;
  if (grace.kind === "none") {
    if (!isHeld) return { object: remove(call, live, options.dryRun), kind: "removed" };
    markAsDeleting(call, object);
    return { object: write(call, object, live, options.dryRun), kind: "kept" };
  }
  const marked = write(call, object, live, options.dryRun);
  if (isHeld || grace.seconds > 0) return { object: marked, kind: "kept" };
  return { object: remove(call, marked, options.dryRun), kind: "removed" };
};

const specFinalizers = (namespace: LiveObject): number => {
  const spec = isMap(namespace["spec"]) ? namespace["spec"] : {};
  return Array.isArray(spec["finalizers"]) ? spec["finalizers"].length : 0;
};

/** A namespace first ends: only once its own finalizers are gone is it removed. */
const deleteNamespace = (call: Call, live: LiveObject, options: DeleteOptions): Outcome => {
  checkPreconditions(call, live, options);
  if (live.metadata["deletionTimestamp"] !== undefined) {
    return specFinalizers(live) > 0 ? { object: live, kind: "kept" } : deleteGenerically(call, live, options);
  }
  admitDeletion(call, live, options);
  const object = copyOf(live);
  object.metadata["deletionTimestamp"] = timeText(call.cluster.clock.now().getTime());
  object["status"] = { ...(isMap(object["status"]) ? object["status"] : {}), phase: "Terminating" };
  const finalizers = collectorFinalizers(call, object, options);
  if (finalizers !== undefined) object.metadata["finalizers"] = [...finalizers];
  return { object: write(call, object, live, options.dryRun), kind: "kept" };
};

/** A CRD is kept until its objects are gone. */
const deleteDefinition = (call: Call, live: LiveObject, options: DeleteOptions): Outcome => {
  checkPreconditions(call, live, options);
  if (live.metadata["deletionTimestamp"] !== undefined) return deleteGenerically(call, live, options);
  admitDeletion(call, live, options);
  const object = copyOf(live);
  beginCrdDeletion(object, timeText(call.cluster.clock.now().getTime()));
  return { object: write(call, object, live, options.dryRun), kind: "kept" };
};

/** Deletes one object by name. Throws the server's refusals. */
export const deleteOne = (call: Call, name: string, options: DeleteOptions): Outcome => {
  const live = call.cluster.store.read(keyOf(call, name));
  if (live === undefined) throw notFound(call.resource, name);
  if (call.kind.group === "" && call.kind.kind === "Namespace") return deleteNamespace(call, live, options);
  if (call.kind.group === "apiextensions.k8s.io" && call.kind.kind === "CustomResourceDefinition")
    return deleteDefinition(call, live, options);
  return deleteGenerically(call, live, options);
};

/** A Job's pods stay when nothing is said of them. */
export const warnOfOrphans = (call: Call, options: DeleteOptions): void => {
  const isJob = call.kind.group === "batch" && call.kind.kind === "Job";
  if (!isJob || options.propagation !== undefined || options.orphanDependents !== undefined) return;
  call.warnings.push(
    "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning",
  );
};

/** DELETE of one object. */
export const deleteObject = (call: Call): Deleted => {
  const options = deleteOptions(call);
  checkImmortal(call);
  warnOfOrphans(call, options);
  const { kind, object } = deleteOne(call, call.name, options);
  const code = kind !== "removed" && options.orphanDependents === false ? 202 : 200;
  if (kind === "kept" || RETURNS_OBJECT.has(`${call.kind.group}/${call.kind.kind}`)) {
    return { code, body: { kind: "object", json: writeJson(object) } };
  }
  const status = successStatus({
    name: textAt(object.metadata, "name"),
    group: call.kind.group,
    kind: call.kind.plural,
    uid: textAt(object.metadata, "uid"),
  });
  return { code, body: { kind: "status", json: writeJson(status) } };
};
