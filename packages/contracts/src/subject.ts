import type { Flow, Tokens } from "./flow.ts";

/** How many partitions and source shards this version of the streams has; fixed per stream version. */
export interface ShardCounts {
  readonly partitions: number;
  readonly sourceShards: number;
}

/** Small installs: N = 8, S = 4. */
export const smallProfile: ShardCounts = { partitions: 8, sourceShards: 4 };

/** Root of every subject. */
export const SUBJECT_ROOT = "ek.v1.";

const PLAIN = /^[A-Za-z0-9_-]$/;
const utf8 = new TextEncoder();

/**
 * Encodes any text as one token, legal in subjects, KV keys and consumer names: `[A-Za-z0-9_-]` stay, every other UTF-8
 * byte becomes `=XX`, empty becomes `=`. Injective and readable: `team-a/shop` gives `team-a=2Fshop`.
 */
export const encodeToken = (value: string): string => {
  if (value === "") return "=";
  if (/^[A-Za-z0-9_-]+$/.test(value)) return value;
  let out = "";
  for (const byte of utf8.encode(value)) {
    const char = String.fromCharCode(byte);
    out += PLAIN.test(char) ? char : `=${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return out;
};

/** Reverses `encodeToken`; undefined for what it never makes, so that no text has two tokens. */
export const decodeToken = (token: string): string | undefined => {
  if (/^[A-Za-z0-9_-]+$/.test(token)) return token;
  if (token === "=") return "";
  if (!/^(?:[A-Za-z0-9_-]|=[0-9A-F]{2})+$/.test(token)) return undefined;
  try {
    const text = decodeURIComponent(token.replaceAll("=", "%"));
    return encodeToken(text) === token ? text : undefined;
  } catch {
    return undefined; // its bytes are no UTF-8
  }
};

/** FNV-1a, 32 bits, over UTF-8: the same as the server's subject mapping `partition()`. */
export const fnv1a32 = (value: string): number => {
  let hash = 0x811c9dc5;
  for (const byte of utf8.encode(value)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
};

/** Partition of a unit. */
export const partitionOf = (cluster: string, app: string, counts: ShardCounts): number =>
  fnv1a32(encodeToken(cluster) + encodeToken(app)) % counts.partitions;

/** Shard of a source. */
export const sourceShardOf = (source: string, counts: ShardCounts): number =>
  fnv1a32(encodeToken(source)) % counts.sourceShards;

/** Fills a subject template from tokens; `{p}` needs `unit.cluster` and `unit.app`, `{s}` needs `source`. */
export const fillSubject = (template: string, tokens: Tokens, counts: ShardCounts): string =>
  SUBJECT_ROOT +
  template.replace(/\{([^}]+)\}/g, (_all, name: string) => {
    if (name === "p") return String(partitionOf(tokens["unit.cluster"] ?? "", tokens["unit.app"] ?? "", counts));
    if (name === "s") return String(sourceShardOf(tokens["source"] ?? "", counts));
    return encodeToken(tokens[name] ?? "");
  });

/** The subject of a fact, as its body says; a message on any other subject is quarantined. */
export const subjectOf = <T>(flow: Flow<T>, message: T, counts: ShardCounts): string =>
  fillSubject(flow.template, flow.tokens(message), counts);
