import type { Json } from "@evenkeel/resource";

/** A value that cannot be sent so that the server reads back the same (its path is dotted). */
export class BodyRefused extends Error {
  override readonly name = "BodyRefused";
  readonly path: string;
  constructor(path: string, why: string) {
    super(`${path === "" ? "body" : path} cannot be encoded: ${why}`);
    this.path = path;
  }
}

/** The YAML reader of the server takes a key only when it is at most this long, quotes included. */
const MAX_KEY_LENGTH = 1024;

// The server reads an apply body as YAML even when it is JSON; raw, these are changed or refused.
// oxlint-disable-next-line no-control-regex -- the list is the point
const MUST_ESCAPE = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;
const escape = (text: string): string =>
  text.replace(MUST_ESCAPE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);

const encodeString = (value: string, path: string): string => {
  if (!value.isWellFormed()) throw new BodyRefused(path, "a lone surrogate is not text");
  return escape(JSON.stringify(value));
};

const encodeKey = (key: string, path: string): string => {
  const encoded = encodeString(key, path);
  if (encoded.length > MAX_KEY_LENGTH) throw new BodyRefused(path, `a key of ${encoded.length} characters`);
  return encoded;
};

const encode = (value: Json, path: string): string => {
  if (value === null) return "null";
  if (typeof value === "string") return encodeString(value, path);
  if (typeof value === "boolean" || typeof value === "bigint") return String(value);
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new BodyRefused(path, `${value} is not a finite number`);
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) {
    const items = value as readonly (Json | undefined)[];
    return `[${items.map((item, index) => encode(item ?? null, `${path}[${index}]`)).join(",")}]`;
  }
  const members: string[] = [];
  for (const [key, member] of Object.entries(value)) {
    const at = path === "" ? key : `${path}.${key}`;
    if (member !== undefined) members.push(`${encodeKey(key, at)}:${encode(member, at)}`);
  }
  return `{${members.join(",")}}`;
};

/**
 * The bytes of a server-side apply body, which come back from the server exactly as they were. Throws BodyRefused on
 * a lone surrogate, a key over 1,024 characters or a number that is not finite.
 */
export const encodeApplyBody = (object: Json): Buffer => Buffer.from(encode(object, ""), "utf8");
