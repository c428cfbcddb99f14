import { isObject } from "@evenkeel/resource";
import type { Json, JsonObject } from "@evenkeel/resource";

import { isLeaf, memberOf } from "./fields-v1.ts";

/** Maps whose keys have owners of their own: that Git names none of them any longer takes out only those that it named. */
const KEYED_MAPS: ReadonlySet<string> = new Set(
  ["labels", "annotations", "data", "binaryData", "matchLabels", "nodeSelector", "limits", "requests"].map(
    (name) => `f:${name}`,
  ),
);

/** Whether a member is such a map. */
export const isKeyedMap = (member: string): boolean => KEYED_MAPS.has(member);

/** A manager's fields, parted: those that Git declared and declares no longer, and the rest. */
export interface PartedFields {
  readonly left: JsonObject;
  readonly rest: JsonObject;
}

/** Whether Git declared a member; what is asked is its value then, or the fields that we own. */
export type Declared = (member: string) => { readonly inside: Declared } | undefined;

/** Declared by a body that was sent. */
export const declaredBy =
  (before: Json | undefined): Declared =>
  (member) => {
    const value = memberOf(before, member);
    return value === undefined ? undefined : { inside: declaredBy(value) };
  };

/** Declared by what our Apply entry owns: what was sent before is not known. */
export const declaredIn =
  (own: Json | undefined): Declared =>
  (member) => {
    const fields = isObject(own) ? own[member] : undefined;
    return isObject(fields) ? { inside: declaredIn(fields) } : undefined;
  };

const NOTHING: Json = {};

/**
 * Parts the fields of a manager. A member that left Git is left with all that the manager has below it: what the server or
 * another tool filled in beside a probe's handler must not stay behind as a probe without one.
 */
export const partFields = (fields: JsonObject, declared: Declared, desired: Json): PartedFields => {
  const left: [string, Json][] = [];
  const rest: [string, Json][] = [];
  for (const [member, inner] of Object.entries(fields)) {
    const before = member === "." ? undefined : declared(member);
    const now = memberOf(desired, member);
    if (before === undefined || !isObject(inner)) {
      rest.push([member, inner ?? NOTHING]);
      continue;
    }
    const isWhole = now === undefined && (isLeaf(inner) || !isKeyedMap(member));
    if (isWhole) left.push([member, inner]);
    else if (isLeaf(inner)) rest.push([member, inner]);
    else {
      const parted = partFields(inner, before.inside, now ?? NOTHING);
      if (!isLeaf(parted.left)) left.push([member, parted.left]);
      if (!isLeaf(parted.rest)) rest.push([member, parted.rest]);
    }
  }
  return { left: Object.fromEntries(left), rest: Object.fromEntries(rest) };
};

/** Members that may change in an item of a list without its becoming another item. */
const NO_KEYS: ReadonlySet<string> = new Set(["image", "value"]);

const isSameItem = (a: Json, b: Json): boolean => {
  if (!isObject(a) || !isObject(b)) return a === b;
  const isScalar = (value: Json | undefined): boolean => typeof value !== "object" || value === null;
  return Object.entries(a).every(([key, value]) => NO_KEYS.has(key) || !isScalar(value) || value === b[key]);
};

/** Whether some member of `before` may not be in `now`: never false where a field has left, seldom true where none has. */
export const mayLeaveFields = (before: Json | undefined, now: Json | undefined): boolean => {
  if (before === undefined || before === null) return false;
  if (Array.isArray(before)) {
    if (!Array.isArray(now)) return true;
    const list = now as readonly Json[];
    return (before as readonly Json[]).some((item) => {
      const same = list.find((each) => isSameItem(item, each));
      return same === undefined || mayLeaveFields(item, same);
    });
  }
  if (!isObject(before)) return now === undefined || now === null;
  return !isObject(now) || Object.entries(before).some(([key, value]) => mayLeaveFields(value, now[key]));
};
