import { isKeyedBy } from "./fingerprint.ts";
import type { ObjectRecord } from "./object-record.ts";

/** The record as the inventory keeps it; uid and apiVersion stand beside it in its item. */
export interface StoredRecord {
  readonly resourceVersion: string;
  readonly generation: bigint;
  readonly seq: bigint;
  readonly epoch: bigint;
  readonly src: string;
  readonly time: string;
  readonly desired: string;
  readonly own: string;
  /** The hash, then the paths of the leaves that are empty in desired, one a line. */
  readonly val: string;
  readonly ord: string;
  readonly meta: string;
  readonly legacy: boolean;
}

const toBigInt = (text: string): bigint => (/^\d+$/.test(text) ? BigInt(text) : 0n);

/** The form that the inventory keeps. */
export const toStoredRecord = (record: ObjectRecord): StoredRecord => ({
  resourceVersion: record.resourceVersion,
  generation: BigInt(record.generation),
  seq: toBigInt(record.stamp.seq),
  epoch: toBigInt(record.stamp.epoch),
  src: record.stamp.src,
  time: record.time,
  desired: record.desired,
  own: record.own,
  val: [record.values, ...record.empty].join("\n"),
  ord: record.order,
  meta: record.meta,
  legacy: record.mode === "legacy",
});

/** The stored record of a Secret without hashes, if another key made them: they may be guessable. */
export const withoutForeignHashes = <T extends StoredRecord>(stored: T, hashKey: string): T =>
  stored.own === "" || isKeyedBy(stored.own, hashKey)
    ? stored
    : { ...stored, own: "", val: ["", ...stored.val.split("\n").slice(1)].join("\n"), ord: "", meta: "" };

/** The record of an inventory item. */
export const fromStoredRecord = (
  stored: StoredRecord,
  item: { readonly uid: string; readonly apiVersion: string },
): ObjectRecord => {
  const [values = "", ...empty] = stored.val.split("\n");
  return {
    uid: item.uid,
    apiVersion: item.apiVersion,
    resourceVersion: stored.resourceVersion,
    generation: Number(stored.generation),
    stamp: { seq: String(stored.seq), epoch: String(stored.epoch), src: stored.src },
    time: stored.time,
    desired: stored.desired,
    own: stored.own,
    values,
    order: stored.ord,
    meta: stored.meta,
    empty,
    mode: stored.legacy ? "legacy" : "apply",
  };
};
