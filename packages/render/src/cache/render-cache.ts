import { LRUCache } from "lru-cache";

/**
 * How far an entry is worth carrying. What was rendered by a program is kept for all renderers; what was read or built in
 * this process is rendered again in less time than it takes to store and fetch, so it stays `near`.
 */
export type Reach = "near" | "far";

/**
 * Where renders are remembered, by names of letters, digits, dots and hyphens: `closure.<hex>` (small, overwritten),
 * `render.<hex>` and `set.<hex>` (never change). What `get` returns is checked by its reader; a lost entry costs a render.
 */
export interface RenderCache {
  /** `near` looks only where no answer has to be waited for. */
  readonly get: (key: string, reach: Reach, signal: AbortSignal) => Promise<Uint8Array | undefined>;
  readonly put: (key: string, body: Uint8Array, reach: Reach, signal: AbortSignal) => Promise<void>;
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
