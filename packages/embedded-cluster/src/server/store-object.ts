import type { LiveObject } from "../json.ts";
import type { Stored, StoreKey } from "../store/store.ts";
import { writeJson } from "../store/write-json.ts";
import type { Call } from "./cluster-state.ts";
import { plainError } from "./status.ts";
import { textAt } from "../reading.ts";

/** What a write or read answers with: JSON in the storage version. */
export interface Shown {
  readonly json: string;
}

/** etcd's limit for a request, less what surrounds the object. */
const MAX_STORED = 1.5 * 1024 * 1024;

export const keyOf = (call: Call, name: string): StoreKey => ({
  group: call.kind.group,
  plural: call.kind.plural,
  namespace: call.kind.namespaced ? call.namespace : "",
  name,
});

const isTooLarge = (object: LiveObject): boolean => Buffer.byteLength(writeJson(object)) > MAX_STORED;

/** Writes the object, or only shows it in a dry run. One too large is tried without its managedFields, as the server does. */
export const storeObject = (call: Call, object: LiveObject, dryRun: boolean): Shown => {
  call.kind.model.asStored?.(object);
  if (dryRun) return { json: writeJson(object) };
  delete object.metadata["selfLink"];
  const json = writeJson(object);
  if (json.length * 3 > MAX_STORED && isTooLarge(object)) {
    delete object.metadata["managedFields"];
    if (isTooLarge(object)) throw plainError("etcdserver: request is too large");
  }
  const stored: Stored = call.cluster.store.put(keyOf(call, textAt(object.metadata, "name")), object);
  return stored;
};
