import type { ParsedManifests } from "@evenkeel/resource";
import { LRUCache } from "lru-cache";

import { checkHere, parseHere } from "../parse/parser.ts";
import type { ManifestParser, ParseRequest } from "../parse/parser.ts";

const MOST_BYTES = 64 * 1024 * 1024;

/**
 * A parser that any number of hosts share, for many small worlds with the same texts: what one read of a text is given to
 * all, and can be changed by none.
 */
export const readOnce = (maxBytes = MOST_BYTES): ManifestParser => {
  const known = new LRUCache<string, ParsedManifests>({ maxSize: maxBytes, sizeCalculation: (_, key) => key.length });
  return {
    parse: async (bytes, request) => {
      const key = keyOf(bytes, request);
      const read = known.get(key);
      if (read !== undefined) return read;
      const parsed = freeze(parseHere(bytes, request));
      known.set(key, parsed);
      return parsed;
    },
    check: async (bytes, request) => checkHere(bytes, request),
  };
};

const keyOf = (bytes: Uint8Array, { dialect, file, strict, substitute }: ParseRequest): string =>
  `${JSON.stringify([dialect, strict, file, substitute ?? null])}${Buffer.from(bytes).toString("latin1")}`;

const freeze = <T>(value: T): T => {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.values(value).forEach(freeze);
  return Object.freeze(value);
};
