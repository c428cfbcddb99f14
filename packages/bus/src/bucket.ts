import { strikeValues } from "@evenkeel/telemetry";

import { BusConflict } from "./bus-errors.ts";
import { type BucketRow, buckets, bucketStream, bucketSubject } from "./buckets.ts";
import { header } from "./headers.ts";
import type { Bucket, BucketEntry, BucketName, Codec, WatchHandlers } from "./port.ts";
import { randomName } from "./service-key.ts";
import type { WatchedMessage } from "./ordered-feed.ts";
import { readNearest, readStored, type Stored } from "./read-stored.ts";
import { sendStored } from "./stored-send.ts";
import { watchStream } from "./watch-stream.ts";
import type { Wire } from "./wire.ts";

/** Members and leases are looked after each second; a blind watch there costs ownership. */
const checkMsOf = (name: BucketName): number => (name === "members" || name === "leases" ? 1000 : 5000);

/** One bucket, its values decoded by `codec`. Every write has a message id of its own, so that a lost answer is resolved. */
export const openBucket = <T>(wire: Wire, name: BucketName, codec: Codec<T>): Bucket<T> => {
  const stream = bucketStream(name);
  const isImmutable = buckets.some((row: BucketRow) => row.name === name && row.immutable === true);
  const entryOf = (
    key: string,
    sequence: number,
    at: Date,
    data: Uint8Array,
    get: (name: string) => string,
  ): BucketEntry<T> => ({
    key,
    value: isGone(get) ? undefined : codec.decode(data),
    revision: sequence,
    at,
  });
  const last = (key: string, signal?: AbortSignal): Promise<Stored | undefined> =>
    readStored(wire, stream, { last_by_subj: bucketSubject(name, checkKey(key)) }, signal);
  /** Any replica answers, in raw bytes; only what never changes under its key is read so. */
  const nearest = async (key: string, signal?: AbortSignal): Promise<Stored | undefined> => {
    const found = await readNearest(wire, stream, bucketSubject(name, checkKey(key)), signal);
    return found ?? (wire.singleReplica ? undefined : last(key, signal));
  };
  const store = async (
    key: string,
    body: Uint8Array,
    expectLast: number | undefined,
    signal: AbortSignal | undefined,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<number> => {
    const subject = bucketSubject(name, checkKey(key));
    const expect = expectLast === undefined ? {} : { expectLast };
    const sent = await sendStored(
      wire,
      { stream, subject, body, messageId: randomName(), headers, ...expect },
      { signal },
    );
    return sent.sequence;
  };
  const encode = (value: T): Uint8Array => codec.encode(strikeValues(value, "prose")).finish();
  return {
    async get(key, signal) {
      const stored = await (isImmutable ? nearest(key, signal) : last(key, signal));
      if (stored === undefined) return undefined;
      const entry = entryOf(key, stored.seq, stored.time, stored.data, (head) => stored.header.get(head));
      return entry.value === undefined ? undefined : entry;
    },
    put: (key, value, signal) => store(key, encode(value), undefined, signal),
    async create(key, value, signal) {
      try {
        return await store(key, encode(value), 0, signal);
      } catch (error) {
        if (!(error instanceof BusConflict)) throw error;
        // The mark of a deleted or expired value is not a value.
        const stored = await last(key, signal);
        if (stored !== undefined && !isGone((head) => stored.header.get(head))) throw error;
        return store(key, encode(value), stored?.seq ?? 0, signal);
      }
    },
    update: (key, value, revision, signal) => store(key, encode(value), revision, signal),
    async delete(key, revision, signal) {
      await store(key, new Uint8Array(), revision, signal, { [header.kvOperation]: "DEL" });
    },
    async keys(filter, signal) {
      const keys = new Set<string>();
      const done = new AbortController();
      const both = signal === undefined ? done.signal : AbortSignal.any([signal, done.signal]);
      try {
        await watchStream(
          wire,
          {
            stream,
            filter: bucketSubject(name, filter),
            checkMs: 5000,
            headersOnly: true,
            onMessage: (message) => {
              const key = keyOf(name, message.subject);
              if (isGone(message.header)) keys.delete(key);
              else keys.add(key);
            },
            onCaughtUp: () => {},
            onReset: () => keys.clear(),
          },
          both,
        );
      } finally {
        done.abort();
      }
      return [...keys].toSorted();
    },
    watch(filter, handlers, signal) {
      const tell = (message: WatchedMessage): void => {
        const key = keyOf(name, message.subject);
        tellSafely(wire, handlers, key, () => entryOf(key, message.sequence, message.at, message.data, message.header));
      };
      return watchStream(
        wire,
        {
          stream,
          filter: bucketSubject(name, filter),
          checkMs: checkMsOf(name),
          onMessage: tell,
          onCaughtUp: () => handlers.onCaughtUp?.(),
          onReset: () => handlers.onReset?.(),
        },
        signal,
      );
    },
  };
};

/** One entry to its handler; a throw is logged and costs that entry alone. */
export const tellSafely = <T>(wire: Wire, handlers: WatchHandlers<T>, what: string, entry: () => T): void => {
  try {
    handlers.onEntry(entry());
  } catch (error) {
    wire.log.error("entry of a watch was not handled", { what, error });
  }
};

const keyOf = (name: BucketName, subject: string): string => subject.slice(`$KV.${name}.`.length);

/** Deleted, purged, or expired by its time to live. */
const isGone = (get: (name: string) => string): boolean =>
  ["DEL", "PURGE"].includes(get(header.kvOperation)) || get(header.markerReason) !== "";

const checkKey = (key: string): string => {
  if (!/^[-/=.\w]+$/.test(key) || key.startsWith(".") || key.endsWith(".") || key.includes("..")) {
    throw new TypeError(`key ${JSON.stringify(key)} is not legal: encode its tokens`);
  }
  return key;
};

/** Bytes as they are. */
export const rawCodec: Codec<Uint8Array> = {
  encode: (value) => ({ finish: () => value }),
  decode: (bytes) => bytes,
};
