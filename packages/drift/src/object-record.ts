import { OWN_ANNOTATIONS } from "@evenkeel/resource";
import type { KubeObject } from "@evenkeel/resource";

import { compileMask } from "./field-mask.ts";
import type { MaskNode } from "./field-mask.ts";
import { fingerprintFor, isKeyedBy, linesOf, metaText } from "./fingerprint.ts";
import { emptyLeaves, orderOf, valuesOf } from "./mask-values.ts";
import { ownEntry, ownershipText } from "./owned-entry.ts";

/** The baseline of one object: what the server answered to our last real apply, about 0.5 KB. Plain JSON. */
export interface ObjectRecord {
  readonly uid: string;
  readonly apiVersion: string;
  readonly resourceVersion: string;
  readonly generation: number;
  /** The own annotations as they were sent: the body of a dry-run repeats them byte for byte. */
  readonly stamp: { readonly seq: string; readonly epoch: string; readonly src: string };
  /** Time of our entry. */
  readonly time: string;
  /** Hash of the rendered object, without stamps (given by the caller). */
  readonly desired: string;
  readonly own: string;
  readonly values: string;
  readonly order: string;
  readonly meta: string;
  /** Leaves that are empty in desired. */
  readonly empty: readonly string[];
  /** `legacy`: the server keeps no managedFields for us; drift cannot be judged. */
  readonly mode: "apply" | "legacy";
}

/** Compiled masks by ownership hash; thousands of objects share a handful. */
export type MaskCache = Map<string, MaskNode>;

/** A few KiB each; a cache that is full is begun anew. */
const MOST_MASKS = 1000;

/** Masks of what was written from this process. */
const written: MaskCache = new Map();

export interface RecordOptions {
  /** Hash of the rendered object. */
  readonly desired: string;
  /** Keys the hashes of Secrets; the same wherever records are read. */
  readonly hashKey: string;
}

const readEntry = (object: KubeObject, hashKey: string, masks: MaskCache) => {
  const entry = ownEntry(object);
  if (entry === undefined) return undefined;
  const fingerprint = fingerprintFor(object, hashKey);
  const own = fingerprint(ownershipText(entry));
  const mask = masks.get(own) ?? compileMask(entry.fieldsV1);
  masks.set(own, mask);
  if (masks.size > MOST_MASKS) masks.clear();
  return { own, mask, fingerprint, time: entry.time };
};

const stateFrom = (
  object: KubeObject,
  { own, mask, fingerprint, time }: NonNullable<ReturnType<typeof readEntry>>,
  empty: ReadonlySet<string>,
) => ({
  own,
  values: fingerprint(linesOf(valuesOf(mask, object, empty))),
  order: fingerprint(linesOf(orderOf(mask, object))),
  meta: fingerprint(metaText(object)),
  time,
});

/** What the local tests compare, of one object as it is now; undefined without an entry of ours. Throws FieldsRefused. */
export const stateOf = (
  object: KubeObject,
  empty: ReadonlySet<string>,
  hashKey: string,
  masks: MaskCache,
): Pick<ObjectRecord, "own" | "values" | "order" | "meta" | "time"> | undefined => {
  const entry = readEntry(object, hashKey, masks);
  return entry === undefined ? undefined : stateFrom(object, entry, empty);
};

/** Whether the record's hashes were made under another key: then they say nothing, and live is compared with a dry-run. */
export const isRekeyed = (record: ObjectRecord, object: KubeObject, hashKey: string): boolean =>
  object.kind === "Secret" && object.apiVersion === "v1" && record.mode === "apply" && !isKeyedBy(record.own, hashKey);

/** The record of one real apply: `response` is the server's answer, `body` what was sent. Throws FieldsRefused. */
export const recordOf = (response: KubeObject, body: KubeObject, options: RecordOptions): ObjectRecord => {
  const entry = readEntry(response, options.hashKey, written);
  const empty = entry === undefined ? [] : emptyLeaves(entry.mask, body);
  const annotations = body.metadata.annotations ?? {};
  return {
    uid: response.metadata.uid ?? "",
    apiVersion: response.apiVersion,
    resourceVersion: response.metadata.resourceVersion ?? "",
    generation: response.metadata.generation ?? 0,
    stamp: {
      seq: annotations[OWN_ANNOTATIONS.seq] ?? "",
      epoch: annotations[OWN_ANNOTATIONS.epoch] ?? "",
      src: annotations[OWN_ANNOTATIONS.src] ?? "",
    },
    desired: options.desired,
    empty,
    ...(entry === undefined
      ? { mode: "legacy", time: "", own: "", values: "", order: "", meta: "" }
      : { mode: "apply", ...stateFrom(response, entry, new Set(empty)) }),
  };
};
