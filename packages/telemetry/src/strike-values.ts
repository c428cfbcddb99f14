import { strike } from "./withheld.ts";

/**
 * The same value with every text in it struck, names of members included; what holds no credential is given back itself.
 * `prose` leaves what has no space in it: names by which others find something must stay what they are, even where a
 * password is the same word.
 */
export const strikeValues = <T>(value: T, what: "all" | "prose" = "all"): T => walk(value, what, 0) as T;

const MOST_DEPTH = 32;

const walk = (value: unknown, what: "all" | "prose", depth: number): unknown => {
  if (typeof value === "string") return what === "all" || /\s/.test(value) ? strike(value) : value;
  if (typeof value !== "object" || value === null || depth > MOST_DEPTH) return value;
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => walk(item, what, depth + 1));
    return items.some((item, n) => item !== value[n]) ? items : value;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  const entries = Object.entries(value);
  const struck = entries.map(([name, member]) => [walk(name, what, depth), walk(member, what, depth + 1)] as const);
  return struck.some(([name, member], n) => name !== entries[n]?.[0] || member !== entries[n]?.[1])
    ? Object.fromEntries(struck)
    : value;
};
