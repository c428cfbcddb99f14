import { parseJson } from "@evenkeel/resource";

import { CRD_CONTROLLER, type CrdStep, nextCrdStep } from "../custom/crd-conditions.ts";
import { rereadStored } from "../custom/written-forms.ts";
import { servedKindsOf } from "../custom/served-custom-kinds.ts";
import { type LiveObject, copyOf, isMap } from "../json.ts";
import type { ServedKind } from "../kinds/kind-strategy.ts";
import type { StoreEvent, Stored } from "../store/store.ts";
import { type ClusterState, nowOf } from "./cluster-state.ts";
import type { DeleteOptions } from "./delete-options.ts";
import { deleteOne } from "./delete.ts";
import { track } from "./field-tracking.ts";
import { internalCall } from "./internal-call.ts";
import { updateStored } from "./update-stored.ts";
import { textAt, textOf } from "../reading.ts";

const GROUP = "apiextensions.k8s.io";
const PLURAL = "customresourcedefinitions";

const NO_OPTIONS: DeleteOptions = {
  dryRun: false,
  gracePeriodSeconds: undefined,
  orphanDependents: undefined,
  propagation: undefined,
  uid: undefined,
  resourceVersion: undefined,
};

const groupOf = (crd: LiveObject): string => (isMap(crd["spec"]) ? textOf(crd["spec"]["group"]) : "");
const pluralOf = (crd: LiveObject): string => {
  const names = isMap(crd["spec"]) ? crd["spec"]["names"] : undefined;
  return isMap(names) ? textAt(names, "plural") : "";
};
const parsed = (stored: Stored): LiveObject => parseJson(stored.json) as LiveObject;

const writeStatus = (cluster: ClusterState, kind: ServedKind, crd: LiveObject): void => {
  const name = textAt(crd.metadata, "name");
  const call = { ...internalCall(cluster, kind, "", name), subresource: CRD_CONTROLLER.subresource };
  updateStored(call, {
    name,
    options: { dryRun: false, fieldManager: "", fieldValidation: "Ignore", force: false },
    forceCreate: false,
    next: (live) => track(call, live, copyOf(crd), CRD_CONTROLLER.manager),
  });
};

const deleteInstances = (cluster: ClusterState, crd: LiveObject): void => {
  const [group, plural] = [groupOf(crd), pluralOf(crd)];
  const kind = cluster.catalogue.versionsOf(group, plural)[0];
  if (kind === undefined) return;
  for (const { key } of cluster.store.list(group, plural)) {
    deleteOne(internalCall(cluster, kind, key.namespace, key.name), key.name, NO_OPTIONS);
  }
};

const carryOut = (cluster: ClusterState, kind: ServedKind, crd: LiveObject, step: CrdStep): void => {
  switch (step.kind) {
    case "update":
      return writeStatus(cluster, kind, step.crd);
    case "deleteInstances":
      return deleteInstances(cluster, crd);
    case "release":
      cluster.store.remove({ group: GROUP, plural: PLURAL, namespace: "", name: textAt(crd.metadata, "name") });
  }
};

/** Objects stored under an earlier schema read as the new one has it. */
const refreshInstances = (cluster: ClusterState, kinds: readonly ServedKind[]): void => {
  const stored = kinds.find((kind) => kind.version === kind.storageVersion);
  const refresh = stored?.model.refreshStored;
  if (stored === undefined || refresh === undefined) return;
  const { group, plural } = stored;
  cluster.store.rewrite?.(group, plural, (object) => {
    const [namespace, name] = [textAt(object.metadata, "namespace"), textAt(object.metadata, "name")];
    rereadStored(cluster.store, { group, plural, namespace, name }, refresh, object);
  });
};

const serve = (cluster: ClusterState, event: StoreEvent): void => {
  const { name } = event.object.key;
  const crd = parsed(event.object);
  if (event.type === "DELETED") {
    cluster.catalogue.serveCustom(name, []);
    return;
  }
  const before = cluster.catalogue.versionsOf(groupOf(crd), pluralOf(crd));
  const kinds = servedKindsOf(crd);
  if (before.length === kinds.length && before.every((kind, index) => kind === kinds[index])) return;
  cluster.catalogue.serveCustom(name, kinds);
  if (event.type === "MODIFIED") refreshInstances(cluster, kinds);
};

/** One step for each CRD of a group; what a step writes is an event that asks for the next. */
const stepGroup = (cluster: ClusterState, kind: ServedKind, group: string): void => {
  const all = cluster.store
    .list(GROUP, PLURAL)
    .map(parsed)
    .filter((crd) => groupOf(crd) === group);
  for (const crd of all) {
    const hasInstances = cluster.store.list(group, pluralOf(crd)).length > 0;
    const step = nextCrdStep(crd, nowOf(cluster), hasInstances);
    if (step === undefined) continue;
    if (step.kind === "deleteInstances" && !hasInstances) continue;
    carryOut(cluster, kind, crd, step);
    return; // the others are looked at again once this is told
  }
};

/**
 * The API server's own controllers for CustomResourceDefinitions: serves what they define as soon as they are written, and sets their
 * conditions; removes the objects of one that is deleted before it goes.
 */
export const followDefinitions = (cluster: ClusterState): void => {
  const kind = cluster.catalogue.find(GROUP, "v1", PLURAL);
  if (kind === undefined) return;
  for (const stored of cluster.store.list(GROUP, PLURAL)) {
    serve(cluster, { type: "ADDED", resourceVersion: stored.resourceVersion, object: stored });
  }
  cluster.store.subscribe(GROUP, PLURAL, (event) => {
    serve(cluster, event);
    stepGroup(cluster, kind, groupOf(parsed(event.object)));
  });
  cluster.store.subscribeAll(({ object, type }) => {
    if (type !== "DELETED" || object.key.group === GROUP) return;
    const served = cluster.catalogue.versionsOf(object.key.group, object.key.plural)[0];
    if (served !== undefined && cluster.catalogue.isCustom(served)) stepGroup(cluster, kind, object.key.group);
  });
};
