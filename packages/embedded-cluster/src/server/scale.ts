import { parseJson } from "@evenkeel/resource";

import { type LiveObject, type ValueMap, isMap } from "../json.ts";
import { invalid as invalidField } from "../kinds/field-error.ts";
import type { KindStrategy, ServedKind } from "../kinds/kind-strategy.ts";
import { parentManagedFields, scaleManagedFields } from "../managed/scale-fields.ts";
import { modelOfType } from "../schema/builtin-model.ts";
import { writeJson } from "../store/write-json.ts";
import type { Call } from "./cluster-state.ts";
import { setMeta } from "./object-rules.ts";
import { writeOptions } from "./parameters.ts";
import { patchType } from "./patch-type.ts";
import { nextByPatch } from "./patch.ts";
import { conflict, invalid, notFound } from "./status.ts";
import { type Shown, keyOf } from "./store-object.ts";
import { replacementIn } from "./update.ts";
import { type UpdateRequest, updateStored } from "./update-stored.ts";
import { apiVersionOf } from "./versions.ts";
import { textAt } from "../reading.ts";

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
  model: modelOfType("io.k8s.api.autoscaling.v1.Scale"),
};

type Scaling = NonNullable<KindStrategy["scale"]>;

const scalingOf = (call: Call): Scaling => {
  const { scale } = call.kind.strategy;
  if (scale === undefined) throw notFound(call.resource, call.name);
  return scale;
};

/** The call as one on the Scale itself: bodies are Scales, tracked as such. */
const onScale = (call: Call): Call => ({ ...call, kind: { ...scaleKind, namespaced: call.kind.namespaced } });

/** Versions of the parent that managers may have written in. */
const versionsIn = (call: Call): ReadonlySet<string> =>
  new Set(
    call.cluster.catalogue
      .versionsOf(call.kind.group, call.kind.plural)
      .map(({ group, version }) => apiVersionOf(group, version)),
  );

/** The Scale of an object, with the managers of its replicas. */
const scaleOf = (call: Call, parent: LiveObject, purpose: "show" | "change"): LiveObject => {
  const { selector, specReplicas, statusReplicas } = scalingOf(call).read(parent);
  const metadata: ValueMap = {};
  for (const field of ["name", "namespace", "uid", "resourceVersion", "creationTimestamp"]) {
    const value = parent.metadata[field];
    if (value !== undefined) metadata[field] = value;
  }
  const managed =
    purpose === "change" ? scaleManagedFields(parent.metadata["managedFields"], versionsIn(call)) : undefined;
  if (managed !== undefined) metadata["managedFields"] = managed;
  const spec: ValueMap = specReplicas === 0 ? {} : { replicas: specReplicas };
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
  if (replicas < 0) {
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
  setMeta(parent, "resourceVersion", scale.metadata["resourceVersion"]);
  const entries = parentManagedFields(
    parent.metadata["managedFields"],
    scale.metadata["managedFields"],
    apiVersionOf(call.kind.group, call.kind.version),
    versionsIn(call),
  );
  setMeta(parent, "managedFields", entries);
  return parent;
};

const update = (call: Call, request: Omit<UpdateRequest, "forceCreate" | "name">): Shown => {
  const { shown } = updateStored(
    { ...call, subresource: "" },
    {
      ...request,
      name: call.name,
      forceCreate: false,
      next: (parent) => {
        if (parent === undefined) throw notFound(call.resource, call.name);
        return writeBack(call, parent, request.next(scaleOf(call, parent, "change")));
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

/** PUT of a Scale. */
export const replaceScale = (call: Call): Shown => {
  const options = writeOptions(call.query, "UpdateOptions");
  const { next, uid } = replacementIn(onScale(call), options);
  return update(call, { options, uid, next });
};

/** PATCH of a Scale. */
export const patchScale = (call: Call): Shown => {
  const type = patchType(call);
  const options = writeOptions(call.query, "PatchOptions", type === "apply");
  return update(call, { options, next: nextByPatch(onScale(call), type, options) });
};
