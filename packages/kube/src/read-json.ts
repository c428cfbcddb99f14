import { parseJson } from "@evenkeel/resource";
import type { Json } from "@evenkeel/resource";

const MAX_DEPTH = 512;
const MAX_NODES = 3_000_000;

/** JSON within limits of depth and of maps and lists; undefined for what is none, or beyond them. */
export const readJson = (bytes: Buffer): Json | undefined => {
  if (isTooMuch(bytes)) return undefined;
  try {
    return parseJson(bytes.toString("utf8"));
  } catch {
    return undefined;
  }
};

const [OPEN_MAP, CLOSE_MAP, OPEN_LIST, CLOSE_LIST, QUOTE, BACKSLASH] = [0x7b, 0x7d, 0x5b, 0x5d, 0x22, 0x5c] as const;

// Before the parser: an open bracket is one byte on the way and forty in memory.
const isTooMuch = (bytes: Buffer): boolean => {
  let depth = 0;
  let nodes = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      for (at += 1; at < bytes.length && bytes[at] !== QUOTE; at += 1) if (bytes[at] === BACKSLASH) at += 1;
    } else if (byte === OPEN_MAP || byte === OPEN_LIST) {
      depth += 1;
      nodes += 1;
      if (depth > MAX_DEPTH || nodes > MAX_NODES) return true;
    } else if (byte === CLOSE_MAP || byte === CLOSE_LIST) depth -= 1;
  }
  return false;
};
