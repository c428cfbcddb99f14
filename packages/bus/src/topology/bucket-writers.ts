import { buckets, keyPattern } from "@evenkeel/contracts";
import type { ServiceName, StateRule } from "@evenkeel/contracts";

import { type BucketRow, bucketPolicies } from "./buckets.ts";
import type { BucketName } from "../port.ts";

/** Who signs: the services, and the migration for what it records. */
export type SignerName = ServiceName | "migrate";

const rules: readonly StateRule<unknown>[] = Object.values(buckets);

const writes = ({ writers }: StateRule<unknown>, writer: SignerName): boolean =>
  writers.includes("*") ? writer !== "migrate" : writers.includes(writer);

const grantsIn = ({ grant, name }: BucketRow, writer: SignerName): readonly string[] => {
  const own = rules.filter((rule) => rule.bucket === name && writes(rule, writer));
  const all = [...new Set(own.map(({ template }) => keyPattern(grant ?? template, { service: writer })))];
  return all.filter((keys) => !all.some((wider) => wider !== keys && isWithin(keys, wider)));
};

/**
 * Bucket and key pattern of all that one identity may write, by the options in proto/: what the server's permissions and
 * every reader follow. A value of a key that another identity signed does not count, whoever had the server store it.
 */
export const writableKeys = (writer: SignerName): readonly (readonly [bucket: BucketName, keys: string])[] =>
  bucketPolicies.flatMap((row) => grantsIn(row, writer).map((keys) => [row.name, keys] as const));

const grants = new Map<string, readonly string[]>();

/** Whether an identity may write a key. */
export const mayWriteKey = (writer: SignerName, bucket: BucketName, key: string): boolean => {
  const name = `${writer}/${bucket}`;
  const known = grants.get(name) ?? bucketPolicies.flatMap((row) => (row.name === bucket ? grantsIn(row, writer) : []));
  grants.set(name, known);
  return known.some((keys) => isWithin(key, keys));
};

/** As the server matches: `*` is one token, `>` is one or more to the end; true also for a pattern that lies within. */
export const isWithin = (key: string, pattern: string): boolean => {
  const [want, have] = [pattern.split("."), key.split(".")];
  for (const [n, token] of want.entries()) {
    if (token === ">") return have.length > n;
    if (have[n] === undefined || have[n] === ">" || (token !== "*" && token !== have[n])) return false;
  }
  return have.length === want.length;
};
