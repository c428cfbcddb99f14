import { isMap, type LiveObject, type ValueMap } from "../../json.ts";
import { type FieldError, invalid, notSupportedAsListed, required } from "../field-error.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import { validateCoreObjectMeta, validateCoreObjectMetaUpdate } from "../validation/core-object-meta.ts";
import { nameIsDnsSubdomain, pathSegment } from "../validation/names.ts";
import { fieldsOf, hasEntries, itemsOf, structsOf, textOf } from "../validation/read-value.ts";
import { requirementsOf, SelectorRefused, validateLabelSelector } from "../validation/selectors.ts";

const rbacGroup = "rbac.authorization.k8s.io";

/** RBAC names may be anything that fits a path, also as a prefix. */
const rbacName = (name: string): readonly string[] => pathSegment(name, false);

const validateRule = (rule: ValueMap, namespaced: boolean, field: string): readonly FieldError[] => {
  const errors: FieldError[] = [];
  if (!hasEntries(rule["verbs"])) errors.push(required(`${field}.verbs`, "verbs must contain at least one value"));
  const urls = [...itemsOf(rule["nonResourceURLs"])];
  if (urls.length > 0) {
    const at = `${field}.nonResourceURLs`;
    if (namespaced) errors.push(invalid(at, urls, "namespaced rules cannot apply to non-resource URLs"));
    if (["apiGroups", "resources", "resourceNames"].some((key) => hasEntries(rule[key])))
      errors.push(invalid(at, urls, "rules cannot apply to both regular resources and non-resource URLs"));
    return errors;
  }
  if (!hasEntries(rule["apiGroups"]))
    errors.push(required(`${field}.apiGroups`, "resource rules must supply at least one api group"));
  if (!hasEntries(rule["resources"]))
    errors.push(required(`${field}.resources`, "resource rules must supply at least one resource"));
  return errors;
};

const validateRules = (object: LiveObject, namespaced: boolean): readonly FieldError[] => [
  ...validateCoreObjectMeta(object, namespaced, rbacName),
  ...structsOf(object["rules"]).flatMap((rule, index) => validateRule(rule, namespaced, `rules[${index}]`)),
];

const hasBadSelector = (role: LiveObject): boolean =>
  structsOf(fieldsOf(role["aggregationRule"])["clusterRoleSelectors"]).some(
    (selector) => validateLabelSelector(selector, "").length > 0,
  );

const validateAggregation = (role: LiveObject, allowInvalid: boolean): readonly FieldError[] => {
  if (!isMap(role["aggregationRule"])) return [];
  const field = "aggregationRule.clusterRoleSelectors";
  const selectors = structsOf(role["aggregationRule"]["clusterRoleSelectors"]);
  if (selectors.length === 0)
    return [required(field, "at least one clusterRoleSelector required if aggregationRule is non-nil")];
  return selectors.flatMap((selector, index) => {
    const at = `${field}[${index}]`;
    const found = validateLabelSelector(selector, at, { invalidValues: allowInvalid });
    try {
      requirementsOf(selector);
      return found;
    } catch (error) {
      if (error instanceof SelectorRefused) return [...found, invalid(at, null, "invalid label selector.")];
      throw error;
    }
  });
};

const validateSubject = (subject: ValueMap, namespaced: boolean, field: string): readonly FieldError[] => {
  const [kind, name, group] = [textOf(subject["kind"]), textOf(subject["name"]), textOf(subject["apiGroup"])];
  const errors: FieldError[] = name === "" ? [required(`${field}.name`)] : [];
  switch (kind) {
    case "ServiceAccount":
      if (name !== "")
        errors.push(...nameIsDnsSubdomain(name, false).map((text) => invalid(`${field}.name`, name, text)));
      if (group !== "") errors.push(notSupportedAsListed(`${field}.apiGroup`, group, [""]));
      if (!namespaced && textOf(subject["namespace"]) === "") errors.push(required(`${field}.namespace`));
      return errors;
    case "User":
    case "Group":
      if (group !== rbacGroup) errors.push(notSupportedAsListed(`${field}.apiGroup`, group, [rbacGroup]));
      return errors;
    default:
      return [...errors, notSupportedAsListed(`${field}.kind`, kind, ["ServiceAccount", "User", "Group"])];
  }
};

const validateBinding = (
  binding: LiveObject,
  namespaced: boolean,
  roleKinds: readonly string[],
): readonly FieldError[] => {
  const role = fieldsOf(binding["roleRef"]);
  const [group, kind, name] = [textOf(role["apiGroup"]), textOf(role["kind"]), textOf(role["name"])];
  return [
    ...validateCoreObjectMeta(binding, namespaced, rbacName),
    ...(group === rbacGroup ? [] : [notSupportedAsListed("roleRef.apiGroup", group, [rbacGroup])]),
    ...(roleKinds.includes(kind) ? [] : [notSupportedAsListed("roleRef.kind", kind, roleKinds)]),
    ...(name === "" ? [required("roleRef.name")] : rbacName(name).map((text) => invalid("roleRef.name", name, text))),
    ...structsOf(binding["subjects"]).flatMap((subject, index) =>
      validateSubject(subject, namespaced, `subjects[${index}]`),
    ),
  ];
};

/** The Go struct without JSON names, as it is printed. */
const printedRoleRef = (binding: LiveObject): ValueMap => {
  const role = fieldsOf(binding["roleRef"]);
  return { APIGroup: textOf(role["apiGroup"]), Kind: textOf(role["kind"]), Name: textOf(role["name"]) };
};

const roleRefChange = (binding: LiveObject, old: LiveObject): readonly FieldError[] => {
  const [next, before] = [printedRoleRef(binding), printedRoleRef(old)];
  return Object.keys(next).every((key) => next[key] === before[key])
    ? []
    : [invalid("roleRef", next, "cannot change roleRef")];
};

const bindingDefaults = (binding: LiveObject): void => {
  const role = isMap(binding["roleRef"]) ? binding["roleRef"] : undefined;
  if (role !== undefined && textOf(role["apiGroup"]) === "") role["apiGroup"] = rbacGroup;
  for (const subject of structsOf(binding["subjects"]))
    if (textOf(subject["apiGroup"]) === "" && (subject["kind"] === "User" || subject["kind"] === "Group"))
      subject["apiGroup"] = rbacGroup;
};

const binding = (namespaced: boolean, roleKinds: readonly string[]): KindStrategy => ({
  validatesMetadata: true,
  validateName: rbacName,
  applyDefaults: bindingDefaults,
  validateCreate: (object) => validateBinding(object, namespaced, roleKinds),
  validateUpdate: (object, old) => [
    ...validateBinding(object, namespaced, roleKinds),
    ...validateCoreObjectMetaUpdate(object, old),
    ...roleRefChange(object, old),
  ],
  allowCreateOnUpdate: true,
});

export const roleBinding = binding(true, ["Role", "ClusterRole"]);
export const clusterRoleBinding = binding(false, ["ClusterRole"]);

export const role: KindStrategy = {
  validatesMetadata: true,
  validateName: rbacName,
  validateCreate: (object) => validateRules(object, true),
  validateUpdate: (object, old) => [...validateRules(object, true), ...validateCoreObjectMetaUpdate(object, old)],
  allowCreateOnUpdate: true,
};

export const clusterRole: KindStrategy = {
  validatesMetadata: true,
  validateName: rbacName,
  validateCreate: (object) => [...validateRules(object, false), ...validateAggregation(object, false)],
  validateUpdate: (object, old) => [
    ...validateRules(object, false),
    ...validateAggregation(object, hasBadSelector(old)),
    ...validateCoreObjectMetaUpdate(object, old),
  ],
  allowCreateOnUpdate: true,
};
