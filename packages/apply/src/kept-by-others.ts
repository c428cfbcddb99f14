import { canonicalJson, isObject, parseJson } from "@evenkeel/resource";
import type { Json, JsonObject, KubeObject } from "@evenkeel/resource";
import { describeRef } from "@evenkeel/words";
import type { ObjectRef, Reason } from "@evenkeel/words";

import { partLeft } from "./claim-fields.ts";
import { isLeaf, isOfSubresource, isOwnEntry, memberOf } from "./fields-v1.ts";
import { ownsPath, parsePath, valueAt } from "./ignore-path.ts";
import { isKeyedMap } from "./left-fields.ts";

/** A field that Git declares no longer and that stays. */
export interface KeptField {
  readonly path: string;
  readonly manager: string;
}

const NAME = /^[^.[\]"]+$/;

const keysText = (keys: JsonObject): string =>
  Object.entries(keys)
    .map(([key, value]) => `${key}=${typeof value === "string" ? value : canonicalJson(value ?? null)}`)
    .join(",");

/** A step of a path in the form that drift is shown in. */
const stepOf = (member: string): string => {
  const rest = member.slice(2);
  if (member.startsWith("f:")) return NAME.test(rest) ? `.${rest}` : `[${JSON.stringify(rest)}]`;
  const keys = parseJson(rest);
  return isObject(keys) ? `[${keysText(keys)}]` : `[=${rest}]`;
};

/** The fields that left, each at the highest place, as far as something is live there. */
const pathsOf = (left: JsonObject, desired: Json | undefined, live: Json | undefined): readonly string[] =>
  Object.entries(left).flatMap(([member, inner]) => {
    const [wanted, found] = [memberOf(desired, member), memberOf(live, member)];
    if (found === undefined) return [];
    const goesOn = isObject(inner) && !isLeaf(inner) && (wanted !== undefined || isKeyedMap(member));
    const deeper = goesOn ? pathsOf(inner, wanted, found) : [""];
    return deeper.map((path) => `${stepOf(member)}${path}`);
  });

/**
 * What Git declared (`before`) and declares no longer, and is live still because a manager has it that it may not be taken
 * from: that is told. Whoever scales by the subresource was meant to have the count.
 */
export const keptByOthers = (before: KubeObject, desired: KubeObject, live: KubeObject): readonly KeptField[] =>
  (live.metadata.managedFields ?? []).flatMap((entry) => {
    const { manager } = entry;
    if (isOwnEntry(entry) || isOfSubresource(entry) || typeof manager !== "string") return [];
    const { left } = partLeft(entry, before, desired, live);
    return pathsOf(left, desired as JsonObject, live as JsonObject).map((path) => ({
      path: path.replace(/^\./, ""),
      manager,
    }));
  });

/** Whether a field that was kept still stands there with that manager. */
export const isStillKept = ({ path, manager }: KeptField, live: KubeObject): boolean => {
  const steps = parsePath(path);
  if (steps === undefined || valueAt(live as JsonObject, steps) === undefined) return false;
  return (live.metadata.managedFields ?? []).some(
    (entry) => entry["manager"] === manager && !isOfSubresource(entry) && ownsPath(entry["fieldsV1"], steps),
  );
};

/** What is told of fields that stay. */
export const keptReason = (ref: ObjectRef, kept: readonly KeptField[]): Reason => {
  const shown = kept.slice(0, 5).map(({ path, manager }) => `${path} (${manager})`);
  const more = kept.length > 5 ? ` and ${kept.length - 5} more` : "";
  const message = `${describeRef(ref)} keeps what has left Git, since another manager has it too: ${shown.join(", ")}${more}`;
  return { code: "FieldConflict", message, remedy: "have that manager give the field up, or take it out by hand" };
};
