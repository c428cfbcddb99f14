import { FIELD_MANAGER, isObject } from "@evenkeel/resource";
import type { KubeObject } from "@evenkeel/resource";
import type { IgnoreRule, ObjectRef } from "@evenkeel/words";

import { beginsWith, fieldTokens } from "./field-tokens.ts";
import { isOwnEntry } from "./fields-v1.ts";
import type { ManagedEntry } from "./fields-v1.ts";
import { ownsPath, parsePath, partAtPath, valueAt, withValueAt, withValuePut } from "./ignore-path.ts";
import type { PathStep } from "./ignore-path.ts";

const selects = ({ selector }: IgnoreRule, ref: ObjectRef): boolean =>
  (["group", "kind", "namespace", "name"] as const).every(
    (field) => selector[field] === undefined || selector[field] === ref[field],
  );

/** The rules that are about this object, whether Git names their fields or does so no longer. */
export const rulesFor = (rules: readonly IgnoreRule[], ref: ObjectRef): readonly IgnoreRule[] =>
  rules.filter((rule) => selects(rule, ref));

const isOwnedByUs = (live: KubeObject, steps: readonly PathStep[]): boolean =>
  (live.metadata.managedFields ?? []).some((entry) => isOwnEntry(entry) && ownsPath(entry["fieldsV1"], steps));

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
  if (steps === undefined) return object;
  const isNamed = valueAt(object, steps) !== undefined;
  if (live === undefined)
    return isNamed && mode === "ignore" ? (withValueAt(object, steps, undefined) as KubeObject) : object;
  // Only we own it: dropping it would reset it, so the live value is sent back, also where it left Git.
  const kept = isOwnedByOther(live, steps) ? undefined : valueAt(live, steps);
  if (isNamed) return withValueAt(object, steps, kept) as KubeObject;
  return kept !== undefined && isOwnedByUs(live, steps) ? (withValuePut(object, steps, kept) as KubeObject) : object;
};

/**
 * The object as it is sent under rules that leave fields to others: a field that another manager owns
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

const REPLICAS: readonly PathStep[] = [
  { kind: "field", name: "spec" },
  { kind: "field", name: "replicas" },
];

/** Whether an object that is made anew takes over a count that Git leaves open: it is not ours, then as before. */
export const isCountOpen = (object: KubeObject, former: KubeObject): boolean =>
  valueAt(object, REPLICAS) === undefined && valueAt(former, REPLICAS) !== undefined;

/** The object that is made in the place of a `former` one: with what rules leave to others, and a count left open, as it was. */
export const madeAnew = (object: KubeObject, former: KubeObject, rules: readonly IgnoreRule[]): KubeObject => {
  const paths = rules.flatMap((rule) => rule.paths).map(parsePath);
  const steps = [...paths, ...(isCountOpen(object, former) ? [REPLICAS] : [])];
  return steps.reduce<KubeObject>(
    (body, each) => {
      const value = each === undefined ? undefined : valueAt(former, each);
      return each === undefined || value === undefined ? body : (withValuePut(body, each, value) as KubeObject);
    },
    withoutIgnored(object, undefined, rules),
  );
};

/** The managedFields of an object without a count in our entry: it stays as it is, and is nobody's. */
export const withoutOwnCount = (live: KubeObject): readonly ManagedEntry[] =>
  (live.metadata.managedFields ?? []).map((entry) => {
    const fields = entry["fieldsV1"];
    return isOwnEntry(entry) && isObject(fields) ? { ...entry, fieldsV1: partAtPath(fields, REPLICAS).rest } : entry;
  });

/** Every path of an object that rules leave to others. */
export const ruledPaths = (rules: readonly IgnoreRule[], ref: ObjectRef): readonly (readonly PathStep[])[] =>
  rules
    .filter((rule) => selects(rule, ref))
    .flatMap(({ paths }) => paths.map(parsePath))
    .filter((steps) => steps !== undefined);

/** The path of a rule that takes out, at creation, what the server finds wrong in these fields; undefined where none does. */
export const takenOutAtCreation = (
  rules: readonly IgnoreRule[],
  object: KubeObject,
  fields: readonly string[],
): string | undefined => {
  const causes = fields.map(fieldTokens).filter((cause) => cause.length > 0);
  return rules
    .filter(({ mode }) => mode === "ignore")
    .flatMap(({ paths }) => paths)
    .find((path) => {
      const steps = parsePath(path) ?? [];
      const names = steps.flatMap((step) => (step.kind === "field" ? [step.name] : []));
      const isOut = steps.length > 0 && valueAt(object, steps) !== undefined;
      return isOut && causes.some((cause) => beginsWith(cause, names) || beginsWith(names, cause));
    });
};

/** An object without what stands at these paths. */
export const withoutPaths = (object: KubeObject, paths: readonly (readonly PathStep[])[]): KubeObject =>
  paths.reduce<KubeObject>((body, steps) => withValueAt(body, steps, undefined) as KubeObject, object);
