import type { LiveObject, ValueMap } from "../../../json.ts";
import { parseQuantity, signOf } from "../../validation/quantity.ts";
import { fieldsOf, hasEntries, isSet, structsOf, textOf, textsOf } from "../../validation/read-value.ts";
import type { Counted } from "./usage.ts";

const isTerminating = (pod: LiveObject): boolean => isSet(fieldsOf(pod["spec"])["activeDeadlineSeconds"]);

/** Quality of service looks at cpu and memory only. */
const isBestEffort = (pod: LiveObject): boolean => {
  const spec = fieldsOf(pod["spec"]);
  return [...structsOf(spec["containers"]), ...structsOf(spec["initContainers"])].every((container) => {
    const { requests, limits } = fieldsOf(container["resources"]);
    const amounts = [requests, limits].flatMap((list) => ["cpu", "memory"].map((name) => fieldsOf(list)[name]));
    return amounts.every((amount) => !isSet(amount) || signOf(parseQuantity(textOf(amount))) === 0);
  });
};

const matchesPriority = (pod: LiveObject, { operator, values }: Readonly<ValueMap>): boolean => {
  const name = textOf(fieldsOf(pod["spec"])["priorityClassName"]);
  if (operator === "Exists") return name !== "";
  if (operator === "DoesNotExist") return name === "";
  const isNamed = name !== "" && textsOf(values).includes(name);
  return operator === "In" ? isNamed : !isNamed;
};

const usesOtherNamespaces = (pod: LiveObject): boolean => {
  const affinity = fieldsOf(fieldsOf(pod["spec"])["affinity"]);
  return ["podAffinity", "podAntiAffinity"].some((key) => {
    const rules = fieldsOf(affinity[key]);
    const preferred = structsOf(rules["preferredDuringSchedulingIgnoredDuringExecution"]);
    const terms = [
      ...structsOf(rules["requiredDuringSchedulingIgnoredDuringExecution"]),
      ...preferred.map((each) => fieldsOf(each["podAffinityTerm"])),
    ];
    return terms.some((term) => hasEntries(term["namespaces"]) || isSet(term["namespaceSelector"]));
  });
};

const matchesScope = (pod: LiveObject, requirement: Readonly<ValueMap>): boolean => {
  switch (textOf(requirement["scopeName"])) {
    case "Terminating":
      return isTerminating(pod);
    case "NotTerminating":
      return !isTerminating(pod);
    case "BestEffort":
      return isBestEffort(pod);
    case "NotBestEffort":
      return !isBestEffort(pod);
    case "PriorityClass":
      return matchesPriority(pod, requirement);
    case "CrossNamespacePodAffinity":
      return usesOtherNamespaces(pod);
    default:
      return false;
  }
};

/** Is the object within the quota's scopes? Only pods are within any. */
export const isInScope = (counted: Counted, object: LiveObject, quota: LiveObject): boolean => {
  const spec = fieldsOf(quota["spec"]);
  const requirements: readonly Readonly<ValueMap>[] = [
    ...textsOf(spec["scopes"]).map((scopeName) => ({ scopeName, operator: "Exists" })),
    ...structsOf(fieldsOf(spec["scopeSelector"])["matchExpressions"]),
  ];
  if (requirements.length === 0) return true;
  return (
    counted.group === "" &&
    counted.plural === "pods" &&
    requirements.every((requirement) => matchesScope(object, requirement))
  );
};
