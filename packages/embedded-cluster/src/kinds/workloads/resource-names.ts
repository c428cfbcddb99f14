import { invalid } from "../field-error.ts";
import type { FieldError } from "../field-error.ts";
import { qualifiedNameRule } from "../validation/names.ts";
import { type Findings, invalidFor, unsupported } from "./findings.ts";

const words = (text: string): readonly string[] => text.split(" ");

const CONTAINER_RESOURCES = new Set(words("cpu memory ephemeral-storage"));
export const COUNTED = new Set(
  words(
    "pods resourcequotas services replicationcontrollers secrets configmaps persistentvolumeclaims services.nodeports services.loadbalancers",
  ),
);
const STANDARD_RESOURCES = new Set([
  ...CONTAINER_RESOURCES,
  ...COUNTED,
  ...words("storage requests.cpu requests.memory requests.ephemeral-storage requests.storage"),
  ...words("limits.cpu limits.memory limits.ephemeral-storage"),
]);

export const isHugePages = (name: string): boolean => name.startsWith("hugepages-");
export const isNative = (name: string): boolean => !name.includes("/") || name.includes("kubernetes.io/");
export const isExtended = (name: string): boolean =>
  !isNative(name) && !name.startsWith("requests.") && qualifiedNameRule(`requests.${name}`).length === 0;
export const mayOvercommit = (name: string): boolean => isNative(name) && !isHugePages(name);

export type NameCheck = (name: string, field: string) => Findings;

const validateStandardName: NameCheck = (name, field) => {
  const texts = qualifiedNameRule(name);
  if (texts.length > 0) return invalidFor(field, name, texts);
  const known = STANDARD_RESOURCES.has(name) || isHugePages(name) || name.startsWith("requests.hugepages-");
  return name.includes("/") || known
    ? []
    : [invalid(field, name, "must be a standard resource type or fully qualified")];
};

/** A name that a container (or a pod's overhead) may ask for. */
export const validateResourceName: NameCheck = (name, field) => {
  const plain = !name.includes("/");
  const findings: FieldError[] = [...validateStandardName(name, field)];
  if (plain && !CONTAINER_RESOURCES.has(name) && !isHugePages(name))
    findings.push(invalid(field, name, "must be a standard resource for containers"));
  else if (!plain && !isNative(name) && !isExtended(name))
    findings.push(invalid(field, name, "doesn't follow extended resource name standard"));
  return findings;
};

/** A name that a pod as a whole may ask for. */
export const validatePodResourceName: NameCheck = (name, field) => {
  const findings = validateStandardName(name, field);
  if (findings.length > 0 || name === "cpu" || name === "memory" || isHugePages(name)) return findings;
  return [unsupported(field, name, ["cpu", "hugepages-", "memory"])];
};
