import { strikeValues } from "@evenkeel/telemetry";

import { BusConflict } from "../bus-errors.ts";
import { type BucketRow, bucketPolicies, bucketStream, bucketSubject } from "../topology/buckets.ts";
import { header } from "../wire/headers.ts";
import { historyOf, lastRevision, openLook } from "./look-at-value.ts";
import type { WatchedMessage } from "../wire/ordered-feed.ts";
import type { Bucket, BucketName, Codec, WatchHandlers } from "../port.ts";
import { readValue } from "./read-value.ts";
import { isGuarded } from "./seal.ts";
import { sendValue } from "./send-value.ts";
import { watchStream } from "../facts/watch-stream.ts";
import type { Wire } from "../wire/wire.ts";

/** Members and leases are looked after each second; a blind watch there costs ownership. */
const checkMsOf = (name: BucketName): number => (name === "members" || name === "leases" ? 1000 : 5000);

const expires = (name: BucketName): boolean =>
  bucketPolicies.some((row: BucketRow) => row.name === name && row.ttlSeconds !== undefined);

/** One bucket, its values decoded by `codec`; every write is signed, and what nobody who may write a key signed is absent. */
export const openBucket = <T>(wire: Wire, name: BucketName, codec: Codec<T>): Bucket<T> => {
  const { look, report } = openLook(wire, name, codec);
  const store = (key: string, operation: "PUT" | "DEL", body: Uint8Array, expectLast?: number, signal?: AbortSignal) =>
    sendValue(wire, { bucket: name, key: checkKey(key), operation, body, expectLast }, { signal });
  /** Over whatever is there; where every write names what it replaces, that is read first. */
  const storeOver = async (key: string, operation: "PUT" | "DEL", body: Uint8Array, signal?: AbortSignal) => {
    if (!isGuarded(name)) return store(key, operation, body, undefined, signal);
    for (let tries = 0; ; tries++) {
      try {
        return await store(key, operation, body, await lastRevision(wire, name, checkKey(key), signal), signal);
      } catch (error) {
        if (!(error instanceof BusConflict) || tries >= 20) throw error;
      }
    }
  };
  const create = async (key: string, body: Uint8Array, signal?: AbortSignal, isStrict = false): Promise<number> => {
    try {
      return await store(key, "PUT", body, 0, signal);
    } catch (error) {
      if (!(error instanceof BusConflict)) throw error;
      // The mark of a deleted or expired value is not a value, and neither is what nobody who may write it signed.
      const found = await look(key, signal);
      if (found.value !== undefined || (isStrict && found.foreign !== undefined)) throw error;
      return store(key, "PUT", body, found.revision, signal);
    }
  };
  const encode = (value: T): Uint8Array => codec.encode(strikeValues(value, "prose")).finish();
  return {
    async get(key, signal) {
      const found = await look(checkKey(key), signal);
      return found.value === undefined && found.foreign === undefined ? undefined : { key, ...found };
    },
    put: (key, value, signal) => storeOver(key, "PUT", encode(value), signal),
    create: (key, value, signal) => create(key, encode(value), signal),
    createNew: (key, value, signal) => create(key, encode(value), signal, true),
    update: (key, value, revision, signal) =>
      revision === 0 ? create(key, encode(value), signal) : store(key, "PUT", encode(value), revision, signal),
    async delete(key, revision, signal) {
      await (revision === undefined ? storeOver(key, "DEL", none, signal) : store(key, "DEL", none, revision, signal));
    },
    list: (filter, signal) => listEntries(wire, name, filter, signal),
    keys: async (filter, signal) => (await listEntries(wire, name, filter, signal)).map(({ key }) => key),
    watch(filter, handlers, signal) {
      const suspect = new Map<string, number>();
      /** An earlier value may still count; a newer one that came meanwhile is told in its place. */
      const lookBehind = async (key: string, sequence: number): Promise<void> => {
        suspect.set(key, sequence);
        const { value, revision, at } = await look(key, signal);
        if (signal.aborted || suspect.get(key) !== sequence || value === undefined) return;
        suspect.delete(key);
        tellSafely(wire, handlers, key, () => ({ key, value, revision, at }));
      };
      const tell = ({ subject, sequence, at, data, header: get }: WatchedMessage): void => {
        const key = keyOf(name, subject);
        const read = readValue(wire, name, codec, { key, data, at, header: get });
        if (read.kind === "foreign") {
          report(key, sequence, read.why);
          if (historyOf(name) > 1) lookBehind(key, sequence).catch(() => {});
          return;
        }
        suspect.delete(key);
        const value = read.kind === "value" ? read.value : undefined;
        tellSafely(wire, handlers, key, () => ({ key, value, revision: sequence, at }));
      };
      return watchStream(
        wire,
        {
          stream: bucketStream(name),
          filter: bucketSubject(name, filter),
          checkMs: checkMsOf(name),
          startOver: expires(name),
          onMessage: tell,
          onCaughtUp: () => handlers.onCaughtUp?.(),
          onReset: () => {
            suspect.clear();
            handlers.onReset?.();
          },
        },
        signal,
      );
    },
  };
};

/** What lies below a filter, without its content; sorted by key. */
const listEntries = async (
  wire: Wire,
  name: BucketName,
  filter: string,
  signal?: AbortSignal,
): Promise<readonly { readonly key: string; readonly revision: number; readonly at: Date }[]> => {
  const entries = new Map<string, { readonly revision: number; readonly at: Date }>();
  const done = new AbortController();
  const both = signal === undefined ? done.signal : AbortSignal.any([signal, done.signal]);
  try {
    await watchStream(
      wire,
      {
        stream: bucketStream(name),
        filter: bucketSubject(name, filter),
        checkMs: 5000,
        headersOnly: true,
        onMessage: ({ subject, header: get, sequence, at }) => {
          const key = keyOf(name, subject);
          if (isGone(get)) entries.delete(key);
          else entries.set(key, { revision: sequence, at });
        },
        onCaughtUp: () => {},
        onReset: () => entries.clear(),
      },
      both,
    );
  } finally {
    done.abort();
  }
  return [...entries].map(([key, rest]) => ({ key, ...rest })).toSorted((a, b) => (a.key < b.key ? -1 : 1));
};

const none = new Uint8Array();

/** One entry to its handler; a throw is logged and costs that entry alone. */
export const tellSafely = <T>(wire: Wire, handlers: WatchHandlers<T>, what: string, entry: () => T): void => {
  try {
    handlers.onEntry(entry());
  } catch (error) {
    wire.log.error("entry of a watch was not handled", { what, error });
  }
};

const keyOf = (name: BucketName, subject: string): string => subject.slice(`$KV.${name}.`.length);

const isGone = (get: (name: string) => string): boolean => ["DEL", "PURGE"].includes(get(header.kvOperation));

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
