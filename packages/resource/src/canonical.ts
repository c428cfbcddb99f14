import { isObject } from "./json.ts";
import { createHmac, hash } from "node:crypto";

import type { Json } from "./json.ts";

/**
 * Canonical JSON: keys sorted by UTF-16 code unit, no whitespace, integers in exact decimal, other numbers in shortest
 * round-trip form (digits up to 1e21, as Go's encoder: `100000000000000000000`, then `1e+21`), `-0` as `0`; undefined members are left out. Throws RangeError on a number that is not finite.
 */
export const canonicalJson = (value: Json): string => {
  if (value === null) return "null";
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new RangeError(`number ${value} has no JSON form`);
    return JSON.stringify(value);
  }
  if (!isObject(value)) {
    return typeof value === "object"
      ? `[${(value as readonly Json[]).map((item) => canonicalJson(item ?? null)).join(",")}]`
      : JSON.stringify(value);
  }
  const members: string[] = [];
  for (const key of Object.keys(value).sort()) {
    const member = value[key];
    if (member !== undefined) members.push(`${JSON.stringify(key)}:${canonicalJson(member)}`);
  }
  return `{${members.join(",")}}`;
};

/** Lower-case hex SHA-256 of UTF-8 text or bytes. */
export const sha256Hex = (data: string | Uint8Array): string => hash("sha256", data, "hex");

/** Lower-case hex HMAC-SHA-256 of UTF-8 text. */
export const hmacHex = (key: string, text: string): string => createHmac("sha256", key).update(text).digest("hex");

/**
 * Parses JSON without rounding: an integer outside ±2^53 becomes a `bigint` (the reviver's `context.source`).
 * Throws SyntaxError as JSON.parse does.
 */
export const parseJson = (text: string): Json =>
  /\d{16}/.test(text)
    ? (JSON.parse(text, keepExact as (key: string, value: unknown) => unknown) as Json)
    : (JSON.parse(text) as Json);

const keepExact = (_key: string, value: unknown, context?: { readonly source?: string }): unknown =>
  typeof value === "number" &&
  !Number.isSafeInteger(value) &&
  context?.source !== undefined &&
  /^-?\d+$/.test(context.source)
    ? BigInt(context.source)
    : value;
