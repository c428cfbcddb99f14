import { parseJson } from "@evenkeel/resource";

import { type LiveObject, type ValueMap, copyOf, isMap } from "../json.ts";
import { invalid as invalidField } from "../kinds/field-error.ts";
import type { KindStrategy, ServedKind } from "../kinds/kind-strategy.ts";
import { type ReplicasPaths, parentManagedFields, scaleManagedFields } from "../managed/scale-fields.ts";
import { modelOfType } from "../schema/builtin-model.ts";
import { writeJson } from "../store/write-json.ts";
import type { Call } from "./cluster-state.ts";
import { setMeta } from "./object-rules.ts";
import { type WriteOptions, writeOptions } from "./parameters.ts";
import { type PatchType, patchType } from "./patch-type.ts";
import { nextByPatch } from "./patch.ts";
import { ApiRefusal, badRequest, conflict, internalError, invalid, notFound, plainError } from "./status.ts";
import { type Shown, keyOf } from "./store-object.ts";
import { type Replacement, replacementIn } from "./update.ts";
import { type UpdateRequest, updateStored } from "./update-stored.ts";
import { apiVersionOf } from "./versions.ts";
import { textAt, textOf } from "../reading.ts";

const NO_STRATEGY: KindStrategy = {};

const scaleKind: ServedKind = {
  group: "autoscaling",
  version: "v1",
  kind: "Scale",
  listKind: "ScaleList",
  plural: "scale",
  singular: "scale",
  shortNames: [],
  categories: [],
  namespaced: true,
  verbs: ["get", "update", "patch"],
  subresources: [],
  storageVersion: "v1",
  strategy: NO_STRATEGY,
  model: modelOfType("io.k8s.api.autoscaling.v1.Scale", "Scale", "v1"),
};

type Scaling = NonNullable<KindStrategy["scale"]>;

const scalingOf = (call: Call): Scaling => {
  const { scale } = call.kind.strategy;
  if (scale === undefined) throw notFound(call.resource, call.name);
  return scale;
};

/** The call as one on the Scale itself: bodies are Scales, tracked as such. */
const onScale = (call: Call): Call => ({ ...call, kind: { ...scaleKind, namespaced: call.kind.namespaced } });

const replicasPaths = (call: Call): ReplicasPaths =>
  new Map(
    call.cluster.catalogue
      .versionsOf(call.kind.group, call.kind.plural)
      .map((kind) => [
        apiVersionOf(kind.group, kind.version),
        kind.strategy.scale === undefined ? undefined : (kind.strategy.scale.replicasPath ?? ["spec", "replicas"]),
      ]),
  );

/** Stands in a Scale that is to be changed for replicas that a custom resource does not have. */
const NO_REPLICAS = -(2 ** 31);

/** The Scale of an object, with the managers of its replicas. */
const scaleOf = (call: Call, parent: LiveObject, purpose: "show" | "change"): LiveObject => {
  const { selector, specReplicas, statusReplicas, unreadable } = scalingOf(call).read(parent);
  if (unreadable !== undefined && purpose === "show") throw internalError(unreadable);
  const metadata: ValueMap = {};
  for (const field of ["name", "namespace", "uid", "resourceVersion", "creationTimestamp"]) {
    const value = parent.metadata[field];
    if (value !== undefined) metadata[field] = value;
  }
  const managed =
    purpose === "change" ? scaleManagedFields(parent.metadata["managedFields"], replicasPaths(call)) : undefined;
  if (managed !== undefined) metadata["managedFields"] = managed;
  const replicas = unreadable === undefined ? specReplicas : NO_REPLICAS;
  const spec: ValueMap = replicas === 0 ? {} : { replicas };
  const status: ValueMap = { replicas: statusReplicas, ...(selector === "" ? {} : { selector }) };
  return { kind: "Scale", apiVersion: "autoscaling/v1", metadata, spec, status };
};

const replicasIn = (scale: LiveObject): number => {
  const spec = isMap(scale["spec"]) ? scale["spec"] : {};
  return typeof spec["replicas"] === "number" ? spec["replicas"] : 0;
};

/** Puts a written Scale back into its object. Throws the server's 409 and 422. */
const writeBack = (call: Call, parent: LiveObject, scale: LiveObject): LiveObject => {
  const replicas = replicasIn(scale);
  const isCustom = call.cluster.catalogue.isCustom(call.kind);
  if (isCustom && replicas === NO_REPLICAS) {
    throw badRequest((scalingOf(call).read(parent).unreadable ?? "").replace("does not exist", "cannot be empty"));
  }
  // A custom resource is validated as a whole.
  if (replicas < 0 && !isCustom) {
    throw invalid("autoscaling", "Scale", call.name, [
      invalidField("spec.replicas", replicas, "must be greater than or equal to 0"),
    ]);
  }
  const [asked, own] = [textAt(scale.metadata, "uid"), textAt(parent.metadata, "uid")];
  if (asked !== "" && asked !== own) {
    throw conflict(
      { group: call.kind.group, plural: `${call.kind.plural}/scale` },
      call.name,
      `Precondition failed: UID in precondition: ${asked}, UID in object meta: ${own}`,
    );
  }
  scalingOf(call).write(parent, replicas);
  const version = scale.metadata["resourceVersion"];
  // A custom resource keeps its own where the Scale names none, so that it can be updated at all.
  if (!isCustom || textOf(version) !== "") setMeta(parent, "resourceVersion", version);
  const entries = parentManagedFields(
    parent.metadata["managedFields"],
    scale.metadata["managedFields"],
    apiVersionOf(call.kind.group, call.kind.version),
    replicasPaths(call),
  );
  setMeta(parent, "managedFields", entries);
  return parent;
};

/** The server cannot make up a manager for a custom resource's replicas that nobody owns yet. */
const refuseFirstApply = (call: Call, scale: LiveObject, type: PatchType | undefined): void => {
  if (type !== "apply" || !call.cluster.catalogue.isCustom(call.kind)) return;
  if (scale.metadata["managedFields"] !== undefined) return;
  throw plainError(
    "failed to create manager for existing fields: failed to convert live object (/; autoscaling/v1, Kind=Scale) to proper version: request to convert CR to an invalid group/version: autoscaling/v1",
  );
};

/** Nor can it turn a Scale back into a custom resource: an apply passes only if it changes nothing. */
const refuseChangingApply = (call: Call, before: LiveObject, after: LiveObject, type: PatchType | undefined): void => {
  if (type !== "apply" || !call.cluster.catalogue.isCustom(call.kind)) return;
  if (writeJson(before["spec"] ?? null) === writeJson(after["spec"] ?? null)) return;
  throw plainError(
    `failed to convert new object (/${call.name}; autoscaling/v1, Kind=Scale) to proper version: request to convert CR to an invalid group/version: autoscaling/v1`,
  );
};

const update = (call: Call, request: Omit<UpdateRequest, "forceCreate" | "name">, type?: PatchType): Shown => {
  const { shown } = updateStored(
    { ...call, subresource: "" },
    {
      ...request,
      name: call.name,
      forceCreate: false,
      next: (parent) => {
        if (parent === undefined) throw notFound(call.resource, call.name);
        const scale = scaleOf(call, parent, "change");
        refuseFirstApply(call, scale, type);
        const next = request.next(copyOf(scale));
        refuseChangingApply(call, scale, next, type);
        return writeBack(call, parent, next);
      },
    },
  );
  return { json: writeJson(scaleOf(call, parseJson(shown.json) as LiveObject, "show")) };
};

/** GET of a Scale. */
export const getScale = (call: Call): Shown => {
  const parent = call.cluster.store.read(keyOf(call, call.name));
  if (parent === undefined) throw notFound(call.resource, call.name);
  return { json: writeJson(scaleOf(call, parent, "show")) };
};

/** Beside a custom resource the server cannot even name the kind of a body that it fails to read. */
const replacementOf = (call: Call, options: WriteOptions): Replacement => {
  try {
    return replacementIn(onScale(call), options);
  } catch (error) {
    const isUnread = error instanceof ApiRefusal && error.message.includes("cannot be handled as a Scale");
    if (!isUnread || !call.cluster.catalogue.isCustom(call.kind)) throw error;
    throw badRequest('no kind is registered for the type v1.Scale in scheme "pkg/runtime/scheme.go:111"');
  }
};

/** PUT of a Scale. */
export const replaceScale = (call: Call): Shown => {
  const options = writeOptions(call.query, "UpdateOptions");
  const { next, uid } = replacementOf(call, options);
  return update(call, { options, uid, next });
};

/** PATCH of a Scale. */
export const patchScale = (call: Call): Shown => {
  const type = patchType(call);
  const options = writeOptions(call.query, "PatchOptions", type === "apply");
  return update(call, { options, next: nextByPatch(onScale(call), type, options) }, type);
};
