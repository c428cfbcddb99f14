import type { ValueMap } from "../../json.ts";
import { invalid, required } from "../field-error.ts";
import { qualifiedNameRule } from "../validation/names.ts";
import { type Findings, invalidFor, unsupported } from "./findings.ts";
import { textAt } from "./reading.ts";

/** Every label that the downward API knows (apis/core/pods ConvertDownwardAPIFieldLabel). */
const KNOWN = new Set([
  "metadata.annotations",
  "metadata.labels",
  "metadata.name",
  "metadata.namespace",
  "metadata.uid",
  "spec.nodeName",
  "spec.restartPolicy",
  "spec.serviceAccountName",
  "spec.schedulerName",
  "status.phase",
  "status.hostIP",
  "status.hostIPs",
  "status.podIP",
  "status.podIPs",
]);

/** A pod's field in a variable or a file. */
export const validateFieldRef = (fieldRef: ValueMap, allowed: readonly string[], field: string): Findings => {
  const [version, path] = [textAt(fieldRef, "apiVersion"), textAt(fieldRef, "fieldPath")];
  if (version === "") return [required(`${field}.apiVersion`)];
  if (path === "") return [required(`${field}.fieldPath`)];
  const refuse = (why: string): Findings => [invalid(`${field}.fieldPath`, path, `error converting fieldPath: ${why}`)];
  if (version !== "v1") return refuse(`unsupported pod version: ${version}`);
  const subscripted = /^(.*)\['(.*)'\]$/s.exec(path);
  if (subscripted !== null) {
    const [, owner = "", key = ""] = subscripted;
    if (owner === "metadata.annotations")
      return invalidFor(field, key.toLowerCase(), qualifiedNameRule(key.toLowerCase()));
    if (owner === "metadata.labels") return invalidFor(field, key, qualifiedNameRule(key));
    return refuse(`field label does not support subscript: ${path}`);
  }
  const inner = path === "spec.host" ? "spec.nodeName" : path;
  if (!KNOWN.has(inner)) return refuse(`field label not supported: ${path}`);
  return allowed.includes(inner) ? [] : [unsupported(`${field}.fieldPath`, inner, allowed.toSorted())];
};

const RESOURCES = [
  "limits.cpu",
  "limits.ephemeral-storage",
  "limits.memory",
  "requests.cpu",
  "requests.ephemeral-storage",
  "requests.memory",
];
const HUGE_PAGES = ["limits.hugepages-", "requests.hugepages-"];
const SIZES = ["1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei"];

/** A container's resource in a variable or a file, in units of its divisor. */
export const validateResourceFieldRef = (ref: ValueMap, field: string, place: "variable" | "file"): Findings => {
  const resource = textAt(ref, "resource");
  return [...validateResource(ref, resource, field, place), ...validateDivisor(ref, resource, `${field}.divisor`)];
};

const validateResource = (ref: ValueMap, resource: string, field: string, place: "variable" | "file"): Findings => {
  if (place === "file" && textAt(ref, "containerName") === "") return [required(`${field}.containerName`)];
  if (resource === "") return [required(`${field}.resource`)];
  const known = RESOURCES.includes(resource) || HUGE_PAGES.some((prefix) => resource.startsWith(prefix));
  return known ? [] : [unsupported(`${field}.resource`, resource, RESOURCES)];
};

const validateDivisor = (ref: ValueMap, resource: string, field: string): Findings => {
  const divisor = textAt(ref, "divisor");
  if (divisor === "" || divisor === "0") return [];
  const only = (allowed: readonly string[], shown: string, of: string): Findings =>
    allowed.includes(divisor)
      ? []
      : [invalid(field, resource, `only divisor's values ${shown} are supported with the ${of} resource`)];
  if (resource === "limits.cpu" || resource === "requests.cpu") return only(["1m", "1"], "1m and 1", "cpu");
  const sizes = SIZES.join(", ");
  if (resource.endsWith(".memory")) return only(SIZES, sizes, "memory");
  if (resource.endsWith(".ephemeral-storage")) return only(SIZES, sizes, "local ephemeral storage");
  return HUGE_PAGES.some((prefix) => resource.startsWith(prefix)) ? only(SIZES, sizes, "hugepages") : [];
};
