import { canonicalJson, isObject } from "@evenkeel/resource";
import type { Json, JsonObject, KubeObject } from "@evenkeel/resource";
import type { ObjectRef } from "@evenkeel/words";

import { textAt } from "./json-at.ts";

const GROUP = "admissionregistration.k8s.io";

const listAt = (value: JsonObject, ...path: readonly string[]): readonly JsonObject[] => {
  const found = path.reduce<Json | undefined>((at, key) => (isObject(at) ? at[key] : undefined), value);
  return Array.isArray(found) ? (found as readonly Json[]).filter(isObject) : [];
};
const textsAt = (value: Json | undefined, key: string): readonly string[] => {
  const found = isObject(value) ? value[key] : undefined;
  return Array.isArray(found) ? (found as readonly Json[]).filter((each) => typeof each === "string") : [];
};
const same = (a: Json | undefined, b: Json | undefined): boolean =>
  canonicalJson(a ?? null) === canonicalJson(b ?? null);
const isAmong = (each: Json, list: readonly Json[]): boolean => list.some((other) => same(each, other));

type IsWithin = (now: JsonObject, before: JsonObject) => boolean;

/** `*` covers all but subresources, `*\/*` covers everything. */
const coversResource = (wide: string, narrow: string): boolean => {
  if (wide === narrow || wide === "*/*") return true;
  if (wide === "*") return !narrow.includes("/");
  const [resource = "", subresource] = wide.split("/");
  const [own = "", ownSub] = narrow.split("/");
  return (
    subresource !== undefined &&
    (resource === "*" || resource === own) &&
    (subresource === "*" || subresource === ownSub) &&
    ownSub !== undefined
  );
};
const isCovered = (
  now: readonly string[],
  before: readonly string[],
  covers = (a: string, b: string) => a === "*" || a === b,
): boolean => now.every((narrow) => before.some((wide) => covers(wide, narrow)));

const isRuleWithin: IsWithin = (now, before) =>
  isCovered(textsAt(now, "operations"), textsAt(before, "operations")) &&
  isCovered(textsAt(now, "apiGroups"), textsAt(before, "apiGroups")) &&
  isCovered(textsAt(now, "apiVersions"), textsAt(before, "apiVersions")) &&
  isCovered(textsAt(now, "resources"), textsAt(before, "resources"), coversResource) &&
  (textsAt(before, "resourceNames").length === 0 ||
    (textsAt(now, "resourceNames").length > 0 &&
      isCovered(textsAt(now, "resourceNames"), textsAt(before, "resourceNames")))) &&
  [textAt(now, "scope"), "*", ""].includes(textAt(before, "scope"));

/** Every item is covered by one that was there: what matched nothing before matches nothing now. */
const areRulesWithin =
  (key: string): IsWithin =>
  (now, before) =>
    listAt(now, key).every((rule) => listAt(before, key).some((old) => isRuleWithin(rule, old)));

/** The same requirements and perhaps more: a selector that selects no more than before. */
const isSelectorWithin =
  (key: string): IsWithin =>
  (now, before) => {
    const [narrow, wide] = [now[key], before[key]];
    if (!isObject(wide) || Object.keys(wide).length === 0) return true;
    if (!isObject(narrow)) return false;
    const [labels, wanted] = [narrow["matchLabels"], wide["matchLabels"]];
    return (
      Object.entries(isObject(wanted) ? wanted : {}).every(
        ([name, value]) => isObject(labels) && labels[name] === value,
      ) && listAt(wide, "matchExpressions").every((each) => isAmong(each, listAt(narrow, "matchExpressions")))
    );
  };

/** Each that was there is there still: more conditions let less through to the check. */
const keepsAll =
  (key: string): IsWithin =>
  (now, before) =>
    listAt(before, key).every((each) => isAmong(each, listAt(now, key)));
/** Each that is there was there before. */
const addsNone =
  (key: string): IsWithin =>
  (now, before) =>
    listAt(now, key).every((each) => isAmong(each, listAt(before, key)));
const isSame =
  (key: string): IsWithin =>
  (now, before) =>
    same(now[key], before[key]);

/** A field whose default is the strict value: it may stay or turn loose. */
const turns =
  (key: string, strict: string, loose: string): IsWithin =>
  (now, before) => {
    const [next, old] = [textAt(now, key) || strict, textAt(before, key) || strict];
    return next === old || next === loose;
  };

const MATCHES: readonly IsWithin[] = [
  areRulesWithin("resourceRules"),
  (now, before) =>
    listAt(before, "excludeResourceRules").every((old) =>
      listAt(now, "excludeResourceRules").some((rule) => isRuleWithin(old, rule)),
    ),
  isSelectorWithin("namespaceSelector"),
  isSelectorWithin("objectSelector"),
  turns("matchPolicy", "Equivalent", "Exact"),
];
const within =
  (checks: readonly IsWithin[]): IsWithin =>
  (now, before) =>
    checks.every((check) => check(now, before));
const inner =
  (key: string, check: IsWithin, whenOpen: boolean): IsWithin =>
  (now, before) => {
    const [narrow, wide] = [now[key], before[key]];
    if (!isObject(wide)) return whenOpen || !isObject(narrow);
    return isObject(narrow) && check(narrow, wide);
  };

/** Who is called may change: that is a repair. */
const WEBHOOK: readonly IsWithin[] = [
  areRulesWithin("rules"),
  isSelectorWithin("namespaceSelector"),
  isSelectorWithin("objectSelector"),
  keepsAll("matchConditions"),
  turns("failurePolicy", "Fail", "Ignore"),
  turns("matchPolicy", "Equivalent", "Exact"),
];
const areWebhooksWithin: IsWithin = (now, before) =>
  listAt(now, "webhooks").every((hook) => {
    const old = listAt(before, "webhooks").find(({ name }) => name === hook["name"]);
    return old !== undefined && within(WEBHOOK)(hook, old);
  });

const POLICY: readonly IsWithin[] = [
  inner("matchConstraints", within(MATCHES), false),
  keepsAll("matchConditions"),
  addsNone("validations"),
  isSame("variables"),
  isSame("paramKind"),
  turns("failurePolicy", "Fail", "Ignore"),
];
const BINDING: readonly IsWithin[] = [
  isSame("policyName"),
  isSame("paramRef"),
  inner("matchResources", within(MATCHES), true),
  (now, before) =>
    !textsAt(now, "validationActions").includes("Deny") || textsAt(before, "validationActions").includes("Deny"),
];
const MUTATIONS: readonly IsWithin[] = [...POLICY.filter((_, index) => index !== 2), addsNone("mutations")];

/** For each kind of admission, whether what is desired refuses no more than what is live. */
const ADMISSION_KINDS: Readonly<Record<string, IsWithin>> = {
  ValidatingWebhookConfiguration: areWebhooksWithin,
  MutatingWebhookConfiguration: areWebhooksWithin,
  ValidatingAdmissionPolicy: inner("spec", within(POLICY), false),
  ValidatingAdmissionPolicyBinding: inner("spec", within(BINDING), false),
  MutatingAdmissionPolicy: inner("spec", within(MUTATIONS), false),
  MutatingAdmissionPolicyBinding: inner("spec", within(BINDING), false),
};

/** Whether an object rules what may be written at all. */
export const isAdmission = ({ group, kind }: Pick<ObjectRef, "group" | "kind">): boolean =>
  group === GROUP && Object.hasOwn(ADMISSION_KINDS, kind);

/** Names under which refusals of an admission object speak of it: its own, and those of its webhooks. */
export const admissionNames = (object: KubeObject): readonly string[] => [
  object.metadata.name,
  ...listAt(object, "webhooks").map((hook) => textAt(hook, "name")),
];

/** The `namespace/name` of the Services that a configuration calls. */
const servicesOf = (object: KubeObject): readonly string[] =>
  listAt(object, "webhooks").flatMap((hook) => {
    const name = textAt(hook, "clientConfig", "service", "name");
    return name === "" ? [] : [`${textAt(hook, "clientConfig", "service", "namespace")}/${name}`];
  });

/**
 * Whether a change of an admission object only loosens or repairs it: it refuses no more than before, and whom it calls
 * is there already. Such a change goes before everything that the old state may refuse. `isToCome`: the plan is about to
 * write this Service (`namespace/name`), so that calling it now would refuse more.
 */
export const loosensAdmission = (
  desired: KubeObject,
  live: KubeObject,
  isToCome: (service: string) => boolean,
): boolean => {
  const known = new Set(servicesOf(live));
  const check = Object.hasOwn(ADMISSION_KINDS, desired.kind) ? ADMISSION_KINDS[desired.kind] : undefined;
  return (
    check !== undefined &&
    check(desired, live) &&
    servicesOf(desired).every((service) => known.has(service) || !isToCome(service))
  );
};
