import { type LiveObject, copyOf } from "../json.ts";
import { runValidating } from "./admission.ts";
import { beforeUpdate } from "./before-write.ts";
import { type Call } from "./cluster-state.ts";
import { createStored } from "./create.ts";
import { keepTimestamps } from "../managed/keep-timestamps.ts";
import { repeatsStored } from "./repeats-stored.ts";
import type { WriteOptions } from "./parameters.ts";
import { authorizeCreate } from "./access.ts";
import { conflict, invalid, notFound, plainError } from "./status.ts";
import { writeJson } from "../store/write-json.ts";
import { type Shown, keyOf, storeObject } from "./store-object.ts";
import { mapAt, textAt, textsAt } from "../reading.ts";

export interface UpdateRequest {
  readonly name: string;
  readonly options: WriteOptions;
  /** An apply creates what is missing. */
  readonly forceCreate: boolean;
  /** The uid that the body named, if the write is to hit only that object. */
  readonly uid?: string;
  /** The object to be, in the storage version, after field management and mutating hooks. `live` is a copy. */
  readonly next: (live: LiveObject | undefined) => LiveObject;
}

export interface Updated {
  readonly shown: Shown;
  readonly created: boolean;
}

const OPTIMISTIC_LOCK = "the object has been modified; please apply your changes to the latest version and try again";

const versionOf = (object: LiveObject): number => {
  const text = textAt(object.metadata, "resourceVersion");
  if (text === "") return 0;
  if (!/^\d+$/.test(text)) throw plainError(`strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Number(text);
};

const checkVersion = (call: Call, name: string, object: LiveObject, live: LiveObject): void => {
  const asked = versionOf(object);
  if (asked === 0) {
    if (call.kind.strategy.allowUnconditionalUpdate !== false) {
      object.metadata["resourceVersion"] = live.metadata["resourceVersion"] ?? "";
      return;
    }
    const error = {
      type: "FieldValueInvalid",
      field: "metadata.resourceVersion",
      badValue: 0,
      detail: "must be specified for an update",
    } as const;
    throw invalid(call.kind.group, call.kind.plural, name, [error]);
  }
  if (asked !== versionOf(live)) throw conflict(call.resource, name, OPTIMISTIC_LOCK);
};

/** Whether an update that leaves no finalizer ends an object whose deletion was asked for. */
const endsDeletion = (object: LiveObject, live: LiveObject): boolean => {
  const finalizers = object.metadata["finalizers"];
  if (Array.isArray(finalizers) && finalizers.length > 0) return false;
  if (live.metadata["deletionTimestamp"] === undefined) return false;
  const grace = live.metadata["deletionGracePeriodSeconds"];
  return grace === undefined || grace === 0;
};

/** Namespaces hold finalizers in their spec, too. */
const keepsOwnFinalizers = (object: LiveObject): boolean =>
  object.kind === "Namespace" && object.apiVersion === "v1" && textsAt(mapAt(object, "spec"), "finalizers").length > 0;

const checkUid = (call: Call, { name, uid }: UpdateRequest, live: LiveObject | undefined): void => {
  const own = textAt(live?.metadata, "uid");
  if (uid === undefined || uid === "" || uid === own) return;
  throw conflict(call.resource, name, `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${own}`);
};

/** The registry's update: all steps from the live object to the store. */
export const updateStored = (call: Call, request: UpdateRequest): Updated => {
  const { name, options } = request;
  const key = keyOf(call, name);
  const live = call.cluster.store.read(key);
  const mayCreate = request.forceCreate || call.kind.strategy.allowCreateOnUpdate === true;
  if (live === undefined && !mayCreate) throw notFound(call.resource, name);
  checkUid(call, request, live);
  const object = request.next(live === undefined ? undefined : copyOf(live));
  if (live === undefined) {
    versionOf(object); // it means nothing yet, but is read
    authorizeCreate(call);
    return { shown: createStored(call, object, options, "update"), created: true };
  }
  checkVersion(call, name, object, live);
  beforeUpdate(call, object, live, options.dryRun);
  keepTimestamps(live, object);
  runValidating(call, { operation: "UPDATE", object: object, old: live, options });
  const isRepeated = repeatsStored(call, object, live, options.dryRun);
  if (endsDeletion(object, live) && !keepsOwnFinalizers(object)) {
    if (!options.dryRun) call.cluster.store.remove(key);
    return { shown: { json: writeJson(object) }, created: false };
  }
  if (options.dryRun) return { shown: storeObject(call, object, true), created: false };
  delete object.metadata["selfLink"];
  const stored = call.cluster.store.get(key);
  if (stored !== undefined && isRepeated) return { shown: stored, created: false };
  const shown = storeObject(call, object, false);
  const readsOtherwise = call.kind.strategy.readsOtherwise?.(object) === true;
  const written = readsOtherwise ? call.cluster.store.get(key) : undefined;
  if (written !== undefined) call.cluster.unsettled.add(written);
  return { shown, created: false };
};
