import { canonicalJson } from "@evenkeel/resource";

import { asJson, type LiveObject } from "../json.ts";
import type { Store, StoreKey } from "../store/store.ts";

interface Forms {
  /** As last read, and as last written, where the two differ. */
  readonly read: string;
  readonly written: string;
}

const formsOf = new WeakMap<Store, Map<string, Forms>>();

const formOf = (object: LiveObject): string => {
  const { resourceVersion: _, selfLink: __, ...metadata } = object.metadata;
  return canonicalJson(asJson({ ...object, metadata }));
};

const nameOf = ({ group, plural, namespace, name }: StoreKey): string => [group, plural, namespace, name].join("/");

const remember = (store: Store, key: StoreKey, forms: Forms): void => {
  const all = formsOf.get(store) ?? new Map<string, Forms>();
  formsOf.set(store, all);
  if (forms.written === forms.read) all.delete(nameOf(key));
  else all.set(nameOf(key), forms);
};

/** What the store holds of an object, given how it is read. */
const writtenAs = (store: Store, key: StoreKey, read: string): string => {
  const last = formsOf.get(store)?.get(nameOf(key));
  return last?.read === read ? last.written : read;
};

/** Reads a stored object by a newer schema, in place; what was written stays as it is until the next write. */
export const rereadStored = (
  store: Store,
  key: StoreKey,
  refresh: (object: LiveObject) => void,
  object: LiveObject,
): void => {
  const written = writtenAs(store, key, formOf(object));
  refresh(object);
  remember(store, key, { read: formOf(object), written });
};

/** One write of a custom resource that is about to reach the store. */
export interface CustomWrite {
  readonly store: Store;
  readonly key: StoreKey;
  readonly dryRun: boolean;
  /** The model's `refreshStored`. */
  readonly refresh: (object: LiveObject) => void;
}

/**
 * Brings an object into the form in which it will be read, in place. The real server stores a custom resource as it was written
 * (an empty list of finalizers included) and drops what does not belong on reading. A write changes nothing only if its bytes are
 * those that the server's cache would write (that is, what was read) and those that the store holds. Returns whether this is one.
 */
export const settleWritten = (write: CustomWrite, object: LiveObject, live: LiveObject | undefined): boolean => {
  const { store, key, dryRun, refresh } = write;
  const written = formOf(object);
  refresh(object);
  const read = formOf(object);
  const before = live === undefined ? undefined : formOf(live);
  const isRepeated = before !== undefined && written === before && written === writtenAs(store, key, before);
  if (!dryRun) remember(store, key, { read, written });
  return isRepeated;
};
