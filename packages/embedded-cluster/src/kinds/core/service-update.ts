import type { LiveObject } from "../../json.ts";
import { hasEntries, mapAt, numberAt, textAt } from "../../reading.ts";
import { sameMeaning } from "../../equal.ts";
import { type FieldError, invalid } from "../field-error.ts";
import {
  allocatesNodePorts,
  clusterIPsOf,
  isExternallyAccessible,
  needsClusterIP,
  portsOf,
  specOf,
  takesNodePorts,
  typeOf,
} from "./service-type.ts";

/** Carries over node ports that the update leaves out, by the port's name, unless another port of it has them. */
const carryNodePorts = (service: LiveObject, old: LiveObject): void => {
  const used = new Set(portsOf(service).map((port) => numberAt(port, "nodePort") ?? 0));
  const before = new Map(portsOf(old).map((port) => [textAt(port, "name"), numberAt(port, "nodePort") ?? 0]));
  for (const port of portsOf(service)) {
    const kept = before.get(textAt(port, "name")) ?? 0;
    if ((numberAt(port, "nodePort") ?? 0) === 0 && kept !== 0 && !used.has(kept)) port["nodePort"] = kept;
  }
};

/** What the server allocated stays when an update leaves it out (patchAllocatedValues, normalizeClusterIPs). */
export const carryAllocated = (service: LiveObject, old: LiveObject): void => {
  const [spec, before] = [specOf(service), specOf(old)];
  if (hasEntries(before["clusterIPs"]) && needsClusterIP(service)) {
    if (textAt(spec, "clusterIP") === "") spec["clusterIP"] = textAt(before, "clusterIP");
    const isRepeated = !hasEntries(spec["clusterIPs"]) || sameMeaning(spec["clusterIPs"], before["clusterIPs"]);
    if (isRepeated) spec["clusterIPs"] = [textAt(spec, "clusterIP")];
  }
  if (allocatesNodePorts(old) && allocatesNodePorts(service)) carryNodePorts(service, old);
};

/** A change of type lets go what belonged to the old one, where the update only repeats it (dropTypeDependentFields). */
export const dropTypeDependent = (service: LiveObject, old: LiveObject): void => {
  const [spec, before] = [specOf(service), specOf(old)];
  const drop = (...fields: readonly string[]): void => {
    for (const field of fields) if (sameMeaning(spec[field], before[field])) delete spec[field];
  };
  if (!needsClusterIP(service)) drop("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy");
  if (takesNodePorts(old) && !takesNodePorts(service)) for (const port of portsOf(service)) delete port["nodePort"];
  if (isExternallyAccessible(old) && !isExternallyAccessible(service)) drop("externalTrafficPolicy");
  if (typeOf(service) === "LoadBalancer") return;
  if (typeOf(old) === "LoadBalancer") drop("allocateLoadBalancerNodePorts", "loadBalancerClass");
  service["status"] = { ...mapAt(service, "status"), loadBalancer: {} };
};

/** The address stays for good, unless the Service is or becomes a mere name. */
export const keepAddress = (service: LiveObject, old: LiveObject): readonly FieldError[] =>
  needsClusterIP(service) && clusterIPsOf(old).length > 0 && clusterIPsOf(service)[0] !== clusterIPsOf(old)[0]
    ? [invalid("spec.clusterIPs[0]", [...clusterIPsOf(service)], "may not change once set")]
    : [];
