import { BusConflict } from "../bus-errors.ts";
import { type BucketRow, bucketPolicies, bucketStream, bucketSubject } from "../topology/buckets.ts";
import type { BucketName, Codec } from "../port.ts";
import { readNearest, readStored, type Stored } from "../facts/read-stored.ts";
import { readValue, type ReadValue } from "./read-value.ts";
import { sendValue } from "./send-value.ts";
import type { Wire } from "../wire/wire.ts";

const rowOf = new Map<BucketName, BucketRow>(bucketPolicies.map((row) => [row.name, row]));

/** How many values a key keeps. */
export const historyOf = (name: BucketName): number => rowOf.get(name)?.history ?? 1;

/** What counts under a key, and the revision of what lies there: a write that counts replaces that. */
export interface Looked<T> {
  readonly value: T | undefined;
  /** 0: nothing lies there. */
  readonly revision: number;
  readonly at: Date;
  /** Why what lies there does not count. */
  readonly foreign?: string;
}

/** Revision of whatever lies under a key; 0: nothing. */
export const lastRevision = async (wire: Wire, name: BucketName, key: string, signal?: AbortSignal): Promise<number> =>
  (await readStored(wire, bucketStream(name), { last_by_subj: bucketSubject(name, key) }, signal))?.seq ?? 0;

/** Looks at single keys of one bucket. */
export const openLook = <T>(wire: Wire, name: BucketName, codec: Codec<T>) => {
  const stream = bucketStream(name);
  const told = new Set<string>();
  /** A security event: once for each thing that lies where it should not. */
  const report = (key: string, sequence: number, reason: string): void => {
    const what = `${key} ${sequence}`;
    if (told.has(what)) return;
    if (told.size > 1000) told.clear();
    told.add(what);
    wire.log.error("value is not taken", { bucket: name, key, sequence, reason });
  };
  const last = (subject: string, signal?: AbortSignal): Promise<Stored | undefined> =>
    readStored(wire, stream, { last_by_subj: subject }, signal);
  /** Any replica answers, in raw bytes; only what never changes under its key is read so. */
  const nearest = async (subject: string, signal?: AbortSignal): Promise<Stored | undefined> => {
    const found = await readNearest(wire, stream, subject, signal);
    return found ?? (wire.singleReplica ? undefined : last(subject, signal));
  };
  const read = (key: string, { data, time, header }: Stored): ReadValue<T> =>
    readValue(wire, name, codec, { key, data, at: time, header: (head) => header.get(head) });

  /** The newest value below `end` that counts, where a key keeps several. */
  const behind = async (key: string, end: number, signal?: AbortSignal): Promise<Stored | undefined> => {
    let best: Stored | undefined;
    for (let from = 1, left = historyOf(name); left > 1; left--) {
      const found = await readStored(wire, stream, { seq: from, next_by_subj: bucketSubject(name, key) }, signal);
      if (found === undefined || found.seq >= end) break;
      const { kind } = read(key, found);
      if (kind !== "foreign") best = found;
      from = found.seq + 1;
    }
    return best;
  };
  const look = async (key: string, signal?: AbortSignal): Promise<Looked<T>> => {
    const subject = bucketSubject(name, key);
    const stored = await (rowOf.get(name)?.immutable === true ? nearest(subject, signal) : last(subject, signal));
    if (stored === undefined) return { value: undefined, revision: 0, at: new Date(0) };
    const { seq: revision, time: at } = stored;
    const found = read(key, stored);
    if (found.kind === "value") return { value: found.value, revision, at };
    if (found.kind === "gone") return { value: undefined, revision, at };
    report(key, revision, found.why);
    const good = await behind(key, revision, signal);
    const value = good === undefined ? undefined : read(key, good);
    const foreign = found.why;
    if (good === undefined || value?.kind !== "value") return { value: undefined, revision, at, foreign };
    const mended = await mend(key, good.data, revision, signal);
    return { value: value.value, revision: mended, at: good.time, foreign };
  };
  /** The owner writes its value again, over what lies there. */
  const mend = async (key: string, body: Uint8Array, revision: number, signal?: AbortSignal): Promise<number> => {
    if (!wire.seal.owns(name, key)) return revision;
    try {
      return await sendValue(wire, { bucket: name, key, operation: "PUT", body, expectLast: revision }, { signal });
    } catch (error) {
      if (error instanceof BusConflict) return revision; // another replica was first
      throw error;
    }
  };
  return { look, report };
};
