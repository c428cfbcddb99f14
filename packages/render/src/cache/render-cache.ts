import { LRUCache } from "lru-cache";

/**
 * Where renders are remembered, by names of letters, digits, dots and hyphens: `closure.<hex>` (small, overwritten),
 * `render.<hex>` and `set.<hex>` (never change). What `get` returns is checked by its reader; a lost entry costs a render.
 */
export interface RenderCache {
  readonly get: (key: string, signal: AbortSignal) => Promise<Uint8Array | undefined>;
  readonly put: (key: string, body: Uint8Array, signal: AbortSignal) => Promise<void>;
}

/** Remembers in this process only, up to `maxBytes`. */
export const memoryCache = (maxBytes = 128 * 1024 * 1024): RenderCache => {
  const bodies = new LRUCache<string, Uint8Array>({ maxSize: maxBytes, sizeCalculation: ({ length }) => length + 100 });
  return {
    get: (key) => Promise.resolve(bodies.get(key)),
    put: (key, body) => {
      bodies.set(key, body);
      return Promise.resolve();
    },
  };
};
