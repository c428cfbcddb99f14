import { isObject } from "@evenkeel/resource";
import type { Json } from "@evenkeel/resource";

const KEYS = /^\[((?:[^"\]]|"(?:[^"\\]|\\.)*")*)\]/;
const KEY_VALUE = /([A-Za-z0-9_]+)=("(?:[^"\\]|\\.)*"|[^,\]]+)/g;

const parsed = (text: string): Json | undefined => {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
};

/** `name="web",protocol="TCP"`: each key with its JSON value. */
const keysOf = (selector: string): readonly (readonly [string, Json | undefined])[] =>
  [...selector.matchAll(KEY_VALUE)].map((match) => [match[1] ?? "", parsed(match[2] ?? "")]);

const inList = (list: readonly Json[], rest: string): boolean => {
  const match = KEYS.exec(rest);
  if (match === null) return false;
  const [whole, selector = ""] = match;
  const then = rest.slice(whole.length);
  const keys = keysOf(selector);
  if (selector.startsWith("=")) return list.some((item) => item === parsed(selector.slice(1)));
  if (/^\d+$/.test(selector)) return Number(selector) < list.length && follows(list[Number(selector)] ?? null, then);
  if (keys.length === 0) return list.some((item) => item === parsed(selector));
  return list.some(
    (item) => isObject(item) && keys.every(([key, value]) => item[key] === value) && follows(item, then),
  );
};

/** Keys may hold dots (`example.com/owner`), so every key that fits is tried. */
const follows = (value: Json, rest: string): boolean => {
  if (rest === "") return true;
  if (Array.isArray(value)) return inList(value as readonly Json[], rest);
  if (!isObject(value)) return false;
  return Object.entries(value).some(
    ([key, member]) =>
      member !== undefined &&
      rest.startsWith(`.${key}`) &&
      /^($|\.|\[)/.test(rest.slice(key.length + 1)) &&
      follows(member, rest.slice(key.length + 1)),
  );
};

/**
 * Whether an object names a field that the server writes as `.spec.containers[name="web"].image`: what we sent last
 * time tells whether a field in dispute was ours. Anything not understood counts as not ours.
 */
export const hasField = (object: Json, field: string): boolean => field !== "" && follows(object, field);
