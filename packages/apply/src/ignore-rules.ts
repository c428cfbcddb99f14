import { FIELD_MANAGER } from "@evenkeel/resource";
import type { KubeObject, ObjectRef } from "@evenkeel/resource";

import { ownsPath, parsePath, valueAt, withValueAt } from "./ignore-path.ts";
import type { PathStep } from "./ignore-path.ts";

/** Fields that are left to others: as an Application declares them. */
export interface IgnoreRule {
  readonly selector: {
    readonly group?: string;
    readonly kind?: string;
    readonly namespace?: string;
    readonly name?: string;
  };
  readonly paths: readonly string[];
  readonly mode: "ignore" | "create-only";
}

const selects = ({ selector }: IgnoreRule, ref: ObjectRef): boolean =>
  (["group", "kind", "namespace", "name"] as const).every(
    (field) => selector[field] === undefined || selector[field] === ref[field],
  );

/** The rules that touch a field which this object names. */
export const rulesFor = (rules: readonly IgnoreRule[], ref: ObjectRef, desired: KubeObject): readonly IgnoreRule[] =>
  rules.filter(
    (rule) => selects(rule, ref) && rule.paths.some((path) => valueAt(desired, parsePath(path) ?? []) !== undefined),
  );

const isOwnedByOther = (live: KubeObject, steps: readonly PathStep[]): boolean =>
  (live.metadata.managedFields ?? []).some((entry) => {
    const isOurs = entry["manager"] === FIELD_MANAGER && entry["operation"] === "Apply";
    return !isOurs && ownsPath(entry["fieldsV1"], steps);
  });

const withoutPath = (
  object: KubeObject,
  live: KubeObject | undefined,
  path: string,
  mode: IgnoreRule["mode"],
): KubeObject => {
  const steps = parsePath(path);
  if (steps === undefined || valueAt(object, steps) === undefined) return object;
  if (live === undefined) {
    return mode === "create-only" ? object : (withValueAt(object, steps, undefined) as KubeObject);
  }
  // Only we own it: dropping it would reset it, so the live value is sent back (kubernetes.md 6.6).
  const kept = isOwnedByOther(live, steps) ? undefined : valueAt(live, steps);
  return withValueAt(object, steps, kept) as KubeObject;
};

/**
 * The object as it is sent under rules that leave fields to others (kubernetes.md 6.6): a field that another manager owns
 * is left out; one that only we own keeps its live value; at creation `create-only` sends the desired one.
 */
export const withoutIgnored = (
  object: KubeObject,
  live: KubeObject | undefined,
  rules: readonly IgnoreRule[],
): KubeObject =>
  rules.reduce(
    (body, { paths, mode }) => paths.reduce((each, path) => withoutPath(each, live, path, mode), body),
    object,
  );

/** Every path of an object that rules leave to others. */
export const ruledPaths = (rules: readonly IgnoreRule[], ref: ObjectRef): readonly (readonly PathStep[])[] =>
  rules
    .filter((rule) => selects(rule, ref))
    .flatMap(({ paths }) => paths.map(parsePath))
    .filter((steps) => steps !== undefined);

/** An object without what stands at these paths. */
export const withoutPaths = (object: KubeObject, paths: readonly (readonly PathStep[])[]): KubeObject =>
  paths.reduce<KubeObject>((body, steps) => withValueAt(body, steps, undefined) as KubeObject, object);
