import type { BucketName, ServiceName } from "./port.ts";

/** Who signs: the services, and the migration for what it records. */
export type SignerName = ServiceName | "migrate";

interface WriterRow {
  readonly bucket: BucketName;
  /** Key pattern as subjects have it; `{service}` stands for the writer's own name. */
  readonly keys: string;
  readonly writers: readonly SignerName[] | "each service";
}

/**
 * Who may write which key: the one table that the server's permissions and every reader follow. A value of a key that
 * another identity signed does not count, whoever had the server store it.
 */
const rows: readonly WriterRow[] = [
  { bucket: "members", keys: "{service}.*", writers: "each service" },
  { bucket: "leases", keys: "{service}.*", writers: "each service" },
  { bucket: "declarations", keys: ">", writers: ["source-watcher"] },
  { bucket: "tips", keys: "seq", writers: ["source-watcher", "renderer"] },
  { bucket: "tips", keys: "tools", writers: ["renderer"] },
  { bucket: "tips", keys: "src.*", writers: ["source-watcher"] },
  { bucket: "tips", keys: "left.*.*", writers: ["source-watcher"] },
  { bucket: "tips", keys: "hold.*", writers: ["source-watcher"] },
  { bucket: "tips", keys: "used.*.*.*", writers: ["source-watcher"] },
  { bucket: "status", keys: "{service}.>", writers: ["renderer", "applier", "notifier"] },
  { bucket: "config", keys: "*", writers: ["migrate"] },
  { bucket: "blobs", keys: "git.>", writers: ["source-watcher"] },
  { bucket: "blobs", keys: "declarations.>", writers: ["source-watcher"] },
  { bucket: "blobs", keys: "render.>", writers: ["renderer"] },
  { bucket: "blobs", keys: "set.>", writers: ["renderer"] },
  { bucket: "inventory", keys: ">", writers: ["applier"] },
];

const writes = (row: WriterRow, writer: SignerName): boolean =>
  row.writers === "each service" ? writer !== "migrate" : row.writers.includes(writer);

const keysFor = (row: WriterRow, writer: SignerName): string => row.keys.replace("{service}", writer);

/** Bucket and key pattern of all that one identity may write. */
export const writableKeys = (writer: SignerName): readonly (readonly [bucket: BucketName, keys: string])[] =>
  rows.filter((row) => writes(row, writer)).map((row) => [row.bucket, keysFor(row, writer)]);

/** Whether an identity may write a key. */
export const mayWriteKey = (writer: SignerName, bucket: BucketName, key: string): boolean =>
  rows.some((row) => row.bucket === bucket && writes(row, writer) && isWithin(key, keysFor(row, writer)));

/** As the server matches: `*` is one token, `>` is one or more to the end; true also for a pattern that lies within. */
export const isWithin = (key: string, pattern: string): boolean => {
  const [want, have] = [pattern.split("."), key.split(".")];
  for (const [n, token] of want.entries()) {
    if (token === ">") return have.length > n;
    if (have[n] === undefined || have[n] === ">" || (token !== "*" && token !== have[n])) return false;
  }
  return have.length === want.length;
};
