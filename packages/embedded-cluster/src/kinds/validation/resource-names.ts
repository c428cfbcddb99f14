import { type FieldError, invalid, ofNamedType } from "../field-error.ts";
import { qualifiedNameRule } from "./names.ts";

const requests = ["cpu", "memory", "ephemeral-storage"];
const counted = [
  "pods",
  "resourcequotas",
  "services",
  "replicationcontrollers",
  "secrets",
  "configmaps",
  "persistentvolumeclaims",
  "services.nodeports",
  "services.loadbalancers",
];
const common = [
  ...requests,
  ...requests.flatMap((name) => [`requests.${name}`, `limits.${name}`]),
  "requests.storage",
  ...counted,
];
const quotaNames: ReadonlySet<string> = new Set(common);
const standardNames: ReadonlySet<string> = new Set([...common, "storage"]);
const integerNames: ReadonlySet<string> = new Set(counted);

export const isHugePages = (name: string): boolean => name.startsWith("hugepages-");
const isQuotaHugePages = (name: string): boolean => isHugePages(name) || name.startsWith("requests.hugepages-");

/** Without a domain, or in one of Kubernetes' own. */
export const isNativeResource = (name: string): boolean => !name.includes("/") || name.includes("kubernetes.io/");

const isExtendedResource = (name: string): boolean =>
  !isNativeResource(name) && !name.startsWith("requests.") && qualifiedNameRule(`requests.${name}`).length === 0;

export const isIntegerResource = (name: string): boolean => integerNames.has(name) || isExtendedResource(name);
export const isStandardQuotaResource = (name: string): boolean => quotaNames.has(name) || isQuotaHugePages(name);

const finding = (field: string, name: string, text: string): FieldError => ofNamedType(invalid(field, name, text));

/** A standard resource or a qualified name. */
export const validateResourceName = (name: string, field: string): readonly FieldError[] => {
  const errors = qualifiedNameRule(name).map((text) => finding(field, name, text));
  if (errors.length > 0 || name.includes("/") || standardNames.has(name) || isQuotaHugePages(name)) return errors;
  return [finding(field, name, "must be a standard resource type or fully qualified")];
};

/** The same, limited to what containers can ask for. */
export const validateContainerResourceName = (name: string, field: string): readonly FieldError[] => {
  const errors = validateResourceName(name, field);
  if (!name.includes("/"))
    return requests.includes(name) || isHugePages(name)
      ? errors
      : [...errors, finding(field, name, "must be a standard resource for containers")];
  return isNativeResource(name) || isExtendedResource(name)
    ? errors
    : [...errors, finding(field, name, "doesn't follow extended resource name standard")];
};

/** The same, limited to what a quota can count. */
export const validateQuotaResourceName = (name: string, field: string): readonly FieldError[] => {
  const errors = validateResourceName(name, field);
  return name.includes("/") || isStandardQuotaResource(name)
    ? errors
    : [...errors, finding(field, name, "must be a standard resource for quota")];
};
