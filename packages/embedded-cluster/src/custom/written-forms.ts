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
 * (an empty list of finalizers included) and drops what does not belong on reading; whether a write changes anything it decides
 * by the bytes. Returns whether this one repeats the last.
 */
export const settleWritten = (write: CustomWrite, object: LiveObject, live: LiveObject | undefined): boolean => {
  const { store, key, dryRun, refresh } = write;
  const written = formOf(object);
  refresh(object);
  const read = formOf(object);
  const forms = formsOf.get(store) ?? new Map<string, Forms>();
  const name = [key.group, key.plural, key.namespace, key.name].join("/");
  const last = forms.get(name);
  const lastRead = live === undefined ? undefined : formOf(live);
  const isRepeated = written === (last?.read === lastRead ? last?.written : lastRead);
  if (dryRun) return isRepeated;
  formsOf.set(store, forms);
  if (written === read) forms.delete(name);
  else forms.set(name, { read, written });
  return isRepeated;
};
