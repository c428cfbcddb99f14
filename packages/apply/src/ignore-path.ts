import { canonicalJson, isObject, parseJson } from "@evenkeel/resource";
import type { Json, JsonObject } from "@evenkeel/resource";

/** One step of a path: a field, or the item of a list whose keys have these values (as text). */
export type PathStep =
  | { readonly kind: "field"; readonly name: string }
  | { readonly kind: "item"; readonly keys: ReadonlyMap<string, string> };

const STEP = /\.?([^.[\]"]+)|\["((?:[^"\\]|\\.)*)"\]|\[([^\]"]+)\]/y;

/**
 * Reads a path in the form that drift is shown in: `spec.template.spec.containers[name=web].image`,
 * `metadata.annotations["example.com/owner"]`. Undefined if it is none.
 */
export const parsePath = (path: string): readonly PathStep[] | undefined => {
  const steps: PathStep[] = [];
  STEP.lastIndex = 0;
  while (STEP.lastIndex < path.length) {
    const match = STEP.exec(path);
    if (match === null) return undefined;
    const [, plain, quoted, selector] = match;
    if (selector !== undefined) {
      const keys = selector.split(",").map((pair) => pair.split("=", 2) as [string, string | undefined]);
      if (keys.some(([, value]) => value === undefined)) return undefined;
      steps.push({ kind: "item", keys: new Map(keys.map(([key, value]) => [key.trim(), (value ?? "").trim()])) });
    } else steps.push({ kind: "field", name: plain ?? (JSON.parse(`"${quoted ?? ""}"`) as string) });
  }
  return steps.length === 0 ? undefined : steps;
};

const isEmpty = (fields: JsonObject): boolean => Object.keys(fields).length === 0;

const text = (value: Json | undefined): string =>
  typeof value === "string" ? value : canonicalJson(value === undefined ? null : value);

const isItem = (item: Json, keys: ReadonlyMap<string, string>): item is JsonObject =>
  isObject(item) && [...keys].every(([key, value]) => text(item[key]) === value);

/** The value at a path, or undefined where there is none. */
export const valueAt = (value: Json | undefined, [step, ...rest]: readonly PathStep[]): Json | undefined => {
  if (step === undefined) return value;
  if (step.kind === "field") return isObject(value) ? valueAt(value[step.name], rest) : undefined;
  if (!Array.isArray(value)) return undefined;
  return valueAt(
    (value as readonly Json[]).find((item) => isItem(item, step.keys)),
    rest,
  );
};

/** A copy with another value at a path (undefined takes the field or item out); the same where the path leads nowhere. */
export const withValueAt = (value: Json, [step, ...rest]: readonly PathStep[], next: Json | undefined): Json => {
  if (step === undefined) return next ?? null;
  const inner = (member: Json | undefined): Json | undefined =>
    rest.length === 0 ? next : member === undefined ? undefined : withValueAt(member, rest, next);
  if (step.kind === "field") {
    if (!isObject(value) || !(step.name in value)) return value;
    const { [step.name]: old, ...others } = value;
    const member = inner(old);
    return member === undefined ? others : { ...others, [step.name]: member };
  }
  if (!Array.isArray(value)) return value;
  return (value as readonly Json[]).flatMap((item) => (isItem(item, step.keys) ? (inner(item) ?? []) : item)) as Json;
};

const put = (value: Json | undefined, [step, ...rest]: readonly PathStep[], next: Json): Json => {
  if (step === undefined) return next;
  if (step.kind === "field") {
    if (value !== undefined && !isObject(value)) return value;
    const member = value?.[step.name];
    if (member === undefined && rest.length === 1 && rest[0]?.kind === "item") return { ...value, [step.name]: [next] };
    return { ...value, [step.name]: put(member, rest, next) };
  }
  if (!Array.isArray(value)) return value ?? {};
  const list = value as readonly Json[];
  if (!list.some((item) => isItem(item, step.keys))) return (rest.length === 0 ? [...list, next] : list) as Json;
  return list.map((item) => (isItem(item, step.keys) ? put(item, rest, next) : item)) as Json;
};

/** A copy with a value at a path, with the mappings that lead there; the same where it would be inside an item that is not there. */
export const withValuePut = (value: Json, steps: readonly PathStep[], next: Json): Json => {
  const made = put(value, steps, next);
  return valueAt(made, steps) === undefined ? value : made;
};

const keysOf = (member: string): ReadonlyMap<string, string> | undefined => {
  if (!member.startsWith("k:")) return undefined;
  const keys = parseJson(member.slice(2));
  return isObject(keys) ? new Map(Object.entries(keys).map(([key, value]) => [key, text(value)])) : undefined;
};

const isSame = (a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean =>
  [...a].every(([key, value]) => b.get(key) === value);

/** Whether a manager's `fieldsV1` has a path: the field itself, or a whole value around it. */
export const ownsPath = (fields: Json | undefined, [step, ...rest]: readonly PathStep[]): boolean => {
  if (!isObject(fields)) return false;
  if (step === undefined) return true;
  if (Object.keys(fields).length === 0) return true;
  if (step.kind === "field") {
    const member = fields[`f:${step.name}`];
    return member !== undefined && ownsPath(member, rest);
  }
  return Object.entries(fields).some(([member, inner]) => {
    const keys = keysOf(member);
    return keys !== undefined && isSame(step.keys, keys) && ownsPath(inner, rest);
  });
};

/** A manager's `fieldsV1`, parted into what it has at a path (`at`) and all else (`rest`). */
export const partAtPath = (
  fields: JsonObject,
  [step, ...more]: readonly PathStep[],
): { readonly at: JsonObject; readonly rest: JsonObject } => {
  const parted = Object.entries(fields).map(([member, inner]) => {
    const keys = keysOf(member);
    const fits = step?.kind === "field" ? member === `f:${step.name}` : keys && step && isSame(step.keys, keys);
    if (fits !== true) return { member, at: undefined, rest: inner };
    if (more.length === 0 || !isObject(inner)) return { member, at: inner, rest: undefined };
    const { at, rest } = partAtPath(inner, more);
    return { member, at: isEmpty(at) ? undefined : at, rest: isEmpty(rest) && !isEmpty(at) ? undefined : rest };
  });
  const pick = (side: "at" | "rest"): JsonObject =>
    Object.fromEntries(parted.flatMap((each) => (each[side] === undefined ? [] : [[each.member, each[side]]])));
  return { at: pick("at"), rest: pick("rest") };
};
