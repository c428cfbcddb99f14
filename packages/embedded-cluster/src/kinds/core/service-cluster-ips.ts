import type { LiveObject } from "../../json.ts";
import { duplicate, type FieldError, invalid, notSupported, ofNamedType, required } from "../field-error.ts";
import { isIpv6Address, validateLegacyIp } from "../validation/ip-address.ts";
import { isSet, textOf, textsOf } from "../validation/read-value.ts";
import { clusterIPsOf, isHeadless, needsClusterIP, specOf } from "./service-type.ts";

const field = "spec.clusterIPs";

const agreement = (service: LiveObject): readonly FieldError[] => {
  const addresses = [...clusterIPsOf(service)];
  const first = textOf(specOf(service)["clusterIP"]);
  if (first === "")
    return addresses.length === 0 ? [] : [invalid(field, addresses, "must be empty when `clusterIP` is not specified")];
  if (addresses.length === 0) return [required(field)];
  return addresses[0] === first ? [] : [invalid(field, addresses, "first value must match `clusterIP`")];
};

const validateFamilies = (service: LiveObject): readonly FieldError[] => {
  const spec = specOf(service);
  const seen = new Set<string>();
  const errors: FieldError[] = [];
  for (const [index, family] of textsOf(spec["ipFamilies"]).entries()) {
    const at = `spec.ipFamilies[${index}]`;
    if (family !== "IPv4" && family !== "IPv6") errors.push(ofNamedType(notSupported(at, family, ["IPv4", "IPv6"])));
    if (seen.has(family)) errors.push(ofNamedType(duplicate(at, family)));
    seen.add(family);
  }
  const policy = spec["ipFamilyPolicy"];
  const policies = ["SingleStack", "PreferDualStack", "RequireDualStack"];
  if (isSet(policy) && !policies.includes(textOf(policy)))
    errors.push(ofNamedType(notSupported("spec.ipFamilyPolicy", policy, policies)));
  return errors;
};

/** What is wrong with clusterIP, clusterIPs, ipFamilies and ipFamilyPolicy together (ValidateServiceClusterIPsRelatedFields). */
export const validateClusterIPs = (service: LiveObject, old: LiveObject | undefined): readonly FieldError[] => {
  if (!needsClusterIP(service)) return [];
  const addresses = [...clusterIPsOf(service)];
  const errors = [...agreement(service), ...validateFamilies(service)];
  const stored = old === undefined ? [] : clusterIPsOf(old);
  let hasInvalid = false;
  for (const [index, address] of addresses.entries()) {
    if (index === 0 && address === "None") {
      if (addresses.length > 1) {
        hasInvalid = true;
        errors.push(invalid(field, addresses, "'None' must be the first and only value"));
      }
      continue;
    }
    const found = validateLegacyIp(address, `${field}[${index}]`, stored);
    hasInvalid ||= found.length > 0;
    errors.push(...found);
  }
  if (addresses.length > 2) errors.push(invalid(field, addresses, "may only hold up to 2 values"));
  if (hasInvalid) return errors;
  if (addresses.length > 1 && !isDualStack(addresses))
    errors.push(invalid(field, addresses, "may specify no more than one IP for each IP family"));
  const families = textsOf(specOf(service)["ipFamilies"]);
  if (isHeadless(service)) return errors;
  for (const [index, address] of addresses.entries()) {
    const family = families[index];
    if ((family !== "IPv4" && family !== "IPv6") || isIpv6Address(address) === (family === "IPv6")) continue;
    errors.push(
      invalid(`${field}[${index}]`, address, `expected an ${family} value as indicated by \`ipFamilies[${index}]\``),
    );
  }
  return errors;
};

const isDualStack = (addresses: readonly string[]): boolean =>
  addresses.some((address) => isIpv6Address(address)) && addresses.some((address) => !isIpv6Address(address));
