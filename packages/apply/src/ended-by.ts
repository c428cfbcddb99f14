import { isObject, refOf } from "@evenkeel/resource";
import type { Json, JsonObject, KubeObject } from "@evenkeel/resource";
import { describeRef } from "@evenkeel/words";
import type { ObjectRef, Reason } from "@evenkeel/words";

import { goesFirst } from "./goes-first.ts";
import { isAdmission } from "./loosens-admission.ts";
import { isCrd } from "./order.ts";

/** An object of another unit that is to go, and may need what is deleted here to end. */
export interface EndingElsewhere {
  readonly ref: ObjectRef;
  readonly app: string;
}

const at = (value: Json | undefined, ...path: readonly string[]): Json | undefined =>
  path.reduce<Json | undefined>((inner, key) => (isObject(inner) ? inner[key] : undefined), value);
const list = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);

const WRITING: readonly Json[] = ["*", "update", "patch"];
/** Who may only read an object takes no finalizer off it. */
const mayWrite = (rule: Json): boolean => list(at(rule, "verbs")).some((verb) => WRITING.includes(verb));

/** API groups that an object gives, or lets somebody deal with: of a definition, of a role's rules, of a webhook's. */
const groupsOf = (object: KubeObject): readonly Json[] => [
  ...(isCrd(refOf(object)) ? [at(object["spec"], "group") ?? ""] : []),
  ...list(object["rules"])
    .filter(mayWrite)
    .flatMap((rule) => list(at(rule, "apiGroups"))),
  ...list(object["webhooks"]).flatMap((hook) => list(at(hook, "rules")).flatMap((rule) => list(at(rule, "apiGroups")))),
  ...(object.kind === "APIService" ? [at(object["spec"], "group") ?? ""] : []),
];

/** A Role counts in its namespace only: it gives no rights elsewhere. */
const reaches = ({ kind, metadata }: KubeObject, { namespace }: ObjectRef): boolean =>
  kind !== "Role" || metadata.namespace === namespace;

/** Whether an object may be ended by what goes here: what defines its group, or deals with it, goes too. */
const deals = (going: readonly KubeObject[], ref: ObjectRef): boolean =>
  going.some((object) => reaches(object, ref) && groupsOf(object).some((each) => each === ref.group || each === "*"));

const defines = (object: KubeObject, { group, kind }: ObjectRef): boolean =>
  at(object["spec"], "group") === group && at(object["spec"] as JsonObject, "names", "kind") === kind;

/**
 * Of objects of other units that are to go, those that `object` is kept for, where `going` is deleted with it: a definition
 * for the objects of its kind, a Namespace for what lies in it, a part of an operator for what the operator deals with.
 * Admission is kept for nobody: one whose server is gone would keep the very objects that it is kept for.
 */
export const neededElsewhere = (
  object: KubeObject,
  going: readonly KubeObject[],
  ending: readonly EndingElsewhere[],
): readonly EndingElsewhere[] => {
  const ref = refOf(object);
  if (isAdmission(ref) || goesFirst(ref, object)) return [];
  return ending.filter(({ ref: other }) => {
    if (!goesFirst(other, undefined)) return false;
    if (isCrd(ref)) return defines(object, other);
    if (ref.group === "" && ref.kind === "Namespace") return other.namespace === ref.name;
    return deals(going, other);
  });
};

/** Why an object is not deleted while another unit has some that it may be needed to end. */
export const waitsForElsewhere = (ref: ObjectRef, needed: readonly EndingElsewhere[]): Reason => {
  const [next] = needed;
  const name = next === undefined ? "" : `${describeRef(next.ref)} of application ${next.app}`;
  const more = needed.length > 1 ? ` and ${needed.length - 1} more` : "";
  return {
    code: "DeleteStuck",
    message: `${describeRef(ref)} is kept until ${name}${more} is gone, which it may be needed to end`,
    remedy: `see what keeps ${name}; this is deleted once that is gone, or declared again`,
  };
};
