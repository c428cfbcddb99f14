import type { LiveObject } from "../../json.ts";
import {
  allocatesNodePorts,
  clusterIPsOf,
  isExternallyAccessible,
  needsClusterIP,
  needsHealthCheck,
  portsOf,
  sameTexts,
  setField,
  specOf,
  takesNodePorts,
  typeOf,
} from "./service-type.ts";
import { hasEntries, isPresent, mapAt, mapsAt, numberAt, textAt, textsAt } from "../../reading.ts";

const nodePortsOf = (service: LiveObject): ReadonlySet<number> =>
  new Set(
    portsOf(service)
      .map((port) => numberAt(port, "nodePort") ?? 0)
      .filter((port) => port !== 0),
  );

/** Carries over node ports that the update leaves out, by the port's name, unless another port of it has them. */
const carryNodePorts = (service: LiveObject, old: LiveObject): void => {
  const next = nodePortsOf(service);
  const used = new Set([...nodePortsOf(old)].filter((port) => next.has(port)));
  const byName = new Map(portsOf(old).map((port) => [textAt(port, "name"), numberAt(port, "nodePort") ?? 0]));
  for (const port of mapsAt(specOf(service), "ports")) {
    const before = byName.get(textAt(port, "name")) ?? 0;
    if ((numberAt(port, "nodePort") ?? 0) === 0 && before !== 0 && !used.has(before)) port["nodePort"] = before;
  }
};

/** What the server allocated stays when an update leaves it out (patchAllocatedValues, normalizeClusterIPs). */
export const carryAllocated = (service: LiveObject, old: LiveObject): void => {
  const [spec, before] = [specOf(service), specOf(old)];
  if (needsClusterIP(old) && needsClusterIP(service)) {
    if (textAt(spec, "clusterIP") === "") setField(spec, "clusterIP", before["clusterIP"]);
    if (!hasEntries(spec["clusterIPs"])) setField(spec, "clusterIPs", [...clusterIPsOf(old)]);
  }
  if (allocatesNodePorts(old) && allocatesNodePorts(service)) carryNodePorts(service, old);
  if (needsHealthCheck(old) && needsHealthCheck(service) && (numberAt(spec, "healthCheckNodePort") ?? 0) === 0)
    setField(spec, "healthCheckNodePort", before["healthCheckNodePort"]);
  const [next, was] = [textAt(spec, "clusterIP"), textAt(before, "clusterIP")];
  const same = sameTexts(clusterIPsOf(old), clusterIPsOf(service));
  if (next === was) {
    if (!hasEntries(spec["clusterIPs"])) setField(spec, "clusterIPs", [...clusterIPsOf(old)]);
  } else if (same) setField(spec, "clusterIPs", was !== "" && next === "" ? [] : [next]);
};

/** A change of type lets go what belonged to the old one, where the update only repeats it (dropTypeDependentFields). */
export const dropTypeDependent = (service: LiveObject, old: LiveObject): void => {
  const [spec, before] = [specOf(service), specOf(old)];
  if (needsClusterIP(old) && !needsClusterIP(service)) {
    const same =
      textAt(spec, "clusterIP") === textAt(before, "clusterIP") && sameTexts(clusterIPsOf(service), clusterIPsOf(old));
    if (same) {
      delete spec["clusterIP"];
      delete spec["clusterIPs"];
    }
    if (sameTexts(textsAt(spec, "ipFamilies"), textsAt(before, "ipFamilies"))) delete spec["ipFamilies"];
    if (textAt(spec, "ipFamilyPolicy") === textAt(before, "ipFamilyPolicy")) delete spec["ipFamilyPolicy"];
  }
  const held = nodePortsOf(old);
  if (takesNodePorts(old) && !takesNodePorts(service) && [...nodePortsOf(service)].every((port) => held.has(port)))
    for (const port of mapsAt(spec, "ports")) delete port["nodePort"];
  const same = (field: string): boolean => (spec[field] ?? null) === (before[field] ?? null);
  if (needsHealthCheck(old) && !needsHealthCheck(service) && same("healthCheckNodePort"))
    delete spec["healthCheckNodePort"];
  if (typeOf(old) === "LoadBalancer" && typeOf(service) !== "LoadBalancer") {
    if (isPresent(spec, "allocateLoadBalancerNodePorts") && same("allocateLoadBalancerNodePorts"))
      delete spec["allocateLoadBalancerNodePorts"];
    if (same("loadBalancerClass")) delete spec["loadBalancerClass"];
  }
  if (isExternallyAccessible(old) && !isExternallyAccessible(service) && same("externalTrafficPolicy"))
    delete spec["externalTrafficPolicy"];
  if (typeOf(service) !== "LoadBalancer") service["status"] = { ...mapAt(service, "status"), loadBalancer: {} };
};
