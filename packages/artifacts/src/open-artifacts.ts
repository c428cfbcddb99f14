import { createMemo, orAborted } from "@evenkeel/async";
import type { Bus } from "@evenkeel/bus";
import type { Logger } from "@evenkeel/telemetry";
import { LRUCache } from "lru-cache";

import { anyBody } from "./body-keys.ts";
import { isIndex, join, pack, unpack } from "./pack.ts";
import { isContentOf } from "./verify-content.ts";

/** Bodies by content digest: `git.<oid>`, `set.<hex>`, `render.<cache key>`, `declarations.<hex>`. */
export interface Artifacts {
  /** Stores a body under its key; throws ContentMismatch if the key promises other bytes. */
  put(key: string, bytes: Uint8Array, signal?: AbortSignal): Promise<void>;
  /** The body; undefined if it is not there or damaged, which is the same to whoever has to make it again. */
  get(key: string, signal?: AbortSignal): Promise<Uint8Array | undefined>;
  /** True if `get` would give a body. Asks the store each time: a killed server may have lost it. */
  has(key: string, signal?: AbortSignal): Promise<boolean>;
  /** Notes that the body under a key is not stored because of its size, so that nobody waits for it. */
  omit(key: string, bytes: number, signal?: AbortSignal): Promise<void>;
  /** The size of a body that was left out; undefined for one that may still come. */
  omitted(key: string, signal?: AbortSignal): Promise<number | undefined>;
}

/** The key promises other bytes than were given. */
export class ContentMismatch extends Error {
  override readonly name = "ContentMismatch";
}

export interface ArtifactsOptions {
  /** Bodies kept in memory, in bytes; 64 MiB. */
  readonly memoryBytes?: number;
  readonly log?: Logger;
}

/** Opens the artifacts of a bus. Bodies are compressed, cut where they are large, and checked when read. */
export const openArtifacts = (bus: Pick<Bus, "ownState" | "state">, options: ArtifactsOptions = {}): Artifacts => {
  const blobs = bus.state(anyBody);
  const store = (key: string, bytes: Uint8Array, signal?: AbortSignal): Promise<number> =>
    bus.ownState(anyBody).put({ key }, bytes, signal);
  const memory = new LRUCache<string, Uint8Array>({
    maxSize: options.memoryBytes ?? 64 * 1024 * 1024,
    sizeCalculation: (bytes, key) => bytes.length + key.length + 64,
  });
  /** All who ask for one key at a time share the answer. */
  const asked = createMemo<string, Uint8Array | undefined>({ isKept: () => false });

  const read = async (key: string): Promise<Uint8Array | undefined> => {
    const entry = await blobs.get({ key });
    if (entry?.value === undefined) return undefined;
    const unpacked = unpack(entry.value);
    const bytes =
      unpacked === undefined || !isIndex(unpacked) ? unpacked : join(unpacked, await parts(key, unpacked.parts));
    if (bytes === undefined || !isContentOf(key, bytes)) {
      options.log?.error("artifact is damaged", { key });
      return undefined;
    }
    memory.set(key, bytes);
    return bytes;
  };

  const parts = async (key: string, count: number): Promise<readonly (Uint8Array | undefined)[]> =>
    Promise.all(Array.from({ length: count }, async (_unused, n) => (await blobs.get({ key: `${key}.${n}` }))?.value));

  return {
    async put(key, bytes, signal) {
      if (!isContentOf(key, bytes)) throw new ContentMismatch(`${key} does not name these ${bytes.length} bytes`);
      const packed = pack(bytes);
      if (packed.kind === "whole") await store(key, packed.value, signal);
      else {
        await Promise.all(packed.parts.map((part, n) => store(`${key}.${n}`, part, signal)));
        await store(key, packed.index, signal);
      }
      memory.set(key, bytes);
    },
    async get(key, signal) {
      signal?.throwIfAborted();
      return (
        memory.get(key) ??
        orAborted(
          asked.get(key, () => read(key)),
          signal,
        )
      );
    },
    async omit(key, bytes, signal) {
      await store(omittedKey(key), new TextEncoder().encode(String(bytes)), signal);
    },
    async omitted(key, signal) {
      const entry = await orAborted(blobs.get({ key: omittedKey(key) }), signal);
      const bytes = Number(new TextDecoder().decode(entry?.value));
      return entry?.value !== undefined && Number.isSafeInteger(bytes) && bytes > 0 ? bytes : undefined;
    },
    async has(key, signal) {
      signal?.throwIfAborted();
      return (
        (await orAborted(
          asked.get(key, () => read(key)),
          signal,
        )) !== undefined
      );
    },
  };
};

/** Beside the body's own key, so that who may write one may write the other. */
const omittedKey = (key: string): string => `${key}.omitted`;
