import { isIPv4, isIPv6 } from "node:net";

import type { LiveObject } from "../../json.ts";
import { type FieldError, invalid } from "../field-error.ts";
import { clusterIPsOf, needsClusterIP, sameTexts, specOf, typeOf } from "./service-type.ts";
import { textsAt, isPresent, isSet, hasEntries } from "../../reading.ts";

const policyField = "spec.ipFamilyPolicy";
const families = (service: LiveObject): readonly string[] => textsAt(specOf(service), "ipFamilies");

const familyOf = (address: string): string => {
  if (isIPv4(address)) return "IPv4";
  return isIPv6(address) ? "IPv6" : "unknown";
};

/** PreferDualStack on both sides and nothing else changed: the server looks no further. */
const isUnchangedPreferDual = (service: LiveObject, old: LiveObject | undefined): boolean =>
  old !== undefined &&
  specOf(service)["ipFamilyPolicy"] === "PreferDualStack" &&
  typeOf(old) === typeOf(service) &&
  ["ClusterIP", "NodePort", "LoadBalancer"].includes(typeOf(service)) &&
  (!isPresent(specOf(old), "ipFamilyPolicy") || specOf(old)["ipFamilyPolicy"] === "PreferDualStack") &&
  sameTexts(clusterIPsOf(old), clusterIPsOf(service)) &&
  sameTexts(families(old), families(service));

const defaultPolicy = (service: LiveObject, old: LiveObject | undefined): void => {
  const spec = specOf(service);
  if (isPresent(spec, "ipFamilyPolicy")) return;
  const before = old === undefined ? undefined : specOf(old)["ipFamilyPolicy"];
  if (isSet(before)) spec["ipFamilyPolicy"] = before;
  else spec["ipFamilyPolicy"] = isHeadlessWithoutSelector(service) ? "RequireDualStack" : "SingleStack";
};

const isHeadlessWithoutSelector = (service: LiveObject): boolean =>
  specOf(service)["clusterIP"] === "None" && !hasEntries(specOf(service)["selector"]);

/** Families of addresses that were asked for; this cluster serves IPv4 only. */
const familiesOfAddresses = (service: LiveObject): readonly FieldError[] => {
  const errors: FieldError[] = [];
  const addresses = clusterIPsOf(service);
  for (const [index, address] of addresses.entries()) {
    if (address === "None") break;
    const known = families(service);
    if (index < known.length) continue;
    const family = familyOf(address);
    if (family === "IPv4") specOf(service)["ipFamilies"] = [...known, family];
    else
      errors.push(invalid(`spec.clusterIPs[${index}]`, [...addresses], `${family} is not configured on this cluster`));
  }
  return errors;
};

/**
 * Sets ipFamilyPolicy and ipFamilies as a single-stack IPv4 cluster does (registry/core/service/storage initIPFamilyFields).
 * Its findings are answered alone, before any other validation.
 */
export const initFamilies = (service: LiveObject, old: LiveObject | undefined): readonly FieldError[] => {
  if (!needsClusterIP(service) || isUnchangedPreferDual(service, old)) return [];
  defaultPolicy(service, old);
  const found = familiesOfAddresses(service);
  if (found.length > 0) return found;
  const spec = specOf(service);
  if (isHeadlessWithoutSelector(service)) {
    if (families(service).length === 0) spec["ipFamilies"] = ["IPv4"];
    const [first, second] = families(service);
    if (second === undefined && spec["ipFamilyPolicy"] !== "SingleStack")
      spec["ipFamilies"] = [first ?? "IPv4", first === "IPv4" ? "IPv6" : "IPv4"];
    return [];
  }
  const errors: FieldError[] = [];
  if (spec["ipFamilyPolicy"] === "RequireDualStack")
    errors.push(invalid(policyField, "RequireDualStack", "this cluster is not configured for dual-stack services"));
  for (const [index, family] of families(service).entries())
    if (family !== "IPv4") errors.push(invalid(`spec.ipFamilies[${index}]`, family, "not configured on this cluster"));
  if (errors.length === 0 && families(service).length === 0) spec["ipFamilies"] = ["IPv4"];
  return errors;
};
