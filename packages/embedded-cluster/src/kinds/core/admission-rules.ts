import type { Value, ValueMap } from "../../json.ts";
import { duplicate, type FieldError, invalid, notSupported, ofNamedType, required } from "../field-error.ts";
import { pathSegment } from "../validation/names.ts";
import { isSet, structsOf, textOf, textsOf } from "../validation/read-value.ts";

const operations = ["*", "CREATE", "UPDATE", "DELETE", "CONNECT"];
const scopes = ["Cluster", "Namespaced", "*"];

const validateResources = (resources: readonly string[], field: string): readonly FieldError[] => {
  if (resources.length === 0) return [required(field)];
  const errors: FieldError[] = [];
  const [wholes, subs] = [new Set<string>(), new Set<string>()];
  let plain = false;
  for (const [index, resource] of resources.entries()) {
    const at = `${field}[${index}]`;
    if (resource === "") {
      errors.push(required(at));
      continue;
    }
    const slash = resource.indexOf("/");
    if (slash < 0) {
      // Only the last one counts, as on the server.
      plain = resource !== "*";
      continue;
    }
    const [name, sub] = [resource.slice(0, slash), resource.slice(slash + 1)];
    if (wholes.has(name)) errors.push(invalid(at, resource, `if '${name}/*' is present, must not specify ${resource}`));
    if (subs.has(sub)) errors.push(invalid(at, resource, `if '*/${sub}' is present, must not specify ${resource}`));
    if (sub === "*") wholes.add(name);
    if (name === "*") subs.add(sub);
  }
  const all = [...resources];
  if (resources.length > 1 && resources.includes("*/*"))
    errors.push(invalid(field, all, "if '*/*' is present, must not specify other resources"));
  if (resources.includes("*") && plain)
    errors.push(invalid(field, all, "if '*' is present, must not specify other resources without subresources"));
  return errors;
};

const wildcardAlone = (values: readonly string[], field: string, what: string): readonly FieldError[] =>
  values.length > 1 && values.includes("*")
    ? [invalid(field, [...values], `if '*' is present, must not specify other ${what}`)]
    : [];

/** What a webhook or policy looks at: operations, groups, versions, resources, scope. */
export const validateAdmissionRule = (rule: ValueMap, field: string): readonly FieldError[] => {
  const [wanted, groups] = [textsOf(rule["operations"]), textsOf(rule["apiGroups"])];
  const [versions, scope] = [textsOf(rule["apiVersions"]), rule["scope"]];
  return [
    ...(wanted.length === 0 ? [required(`${field}.operations`)] : []),
    ...wildcardAlone(wanted, `${field}.operations`, "operations"),
    ...wanted.flatMap((operation, index) =>
      operations.includes(operation)
        ? []
        : [ofNamedType(notSupported(`${field}.operations[${index}]`, operation, operations))],
    ),
    ...(groups.length === 0 ? [required(`${field}.apiGroups`)] : []),
    ...wildcardAlone(groups, `${field}.apiGroups`, "API groups"),
    ...(versions.length === 0 ? [required(`${field}.apiVersions`)] : []),
    ...wildcardAlone(versions, `${field}.apiVersions`, "API versions"),
    ...versions.flatMap((version, index) => (version === "" ? [required(`${field}.apiVersions[${index}]`)] : [])),
    ...validateResources(textsOf(rule["resources"]), `${field}.resources`),
    ...(isSet(scope) && !scopes.includes(textOf(scope))
      ? [ofNamedType(notSupported(`${field}.scope`, scope, scopes))]
      : []),
  ];
};

/** A rule that may name objects, too. */
export const validateNamedRule = (rule: ValueMap, field: string): readonly FieldError[] => {
  const names = textsOf(rule["resourceNames"]);
  return [
    ...names.flatMap((name, index) => {
      const at = `${field}.resourceNames[${index}]`;
      return [
        ...pathSegment(name, false).map((text) => invalid(at, name, text)),
        ...(names.indexOf(name) < index ? [duplicate(at, name)] : []),
      ];
    }),
    ...validateAdmissionRule(rule, field),
  ];
};

/** Rules without a scope look at all. */
export const defaultRules = (rules: Value | undefined): void => {
  for (const rule of structsOf(rules)) if (!isSet(rule["scope"])) rule["scope"] = "*";
};
