import type { LiveObject, Value } from "../../json.ts";
import { type FieldError, invalid } from "../field-error.ts";
import { textsAt } from "../../reading.ts";
import { clusterIPsOf, isHeadless, needsClusterIP, specOf } from "./service-type.ts";

/** Nil lists are printed as null. */
const printedList = (texts: readonly string[]): Value => (texts.length === 0 ? null : [...texts]);

const validateAddresses = (service: LiveObject, old: LiveObject): readonly FieldError[] => {
  if (isHeadless(service) && isHeadless(old)) return [];
  const [next, before] = [clusterIPsOf(service), clusterIPsOf(old)];
  if (before.length === 0) return [];
  if (next.length === 0) return [invalid("spec.clusterIPs[0]", null, "primary clusterIP can not be unset")];
  return before[0] === next[0] ? [] : [invalid("spec.clusterIPs[0]", printedList(next), "may not change once set")];
};

const validateFamilies = (service: LiveObject, old: LiveObject): readonly FieldError[] => {
  const [next, before] = [textsAt(specOf(service), "ipFamilies"), textsAt(specOf(old), "ipFamilies")];
  return isHeadless(service) || isHeadless(old) || before.length === 0 || before[0] === next[0]
    ? []
    : [invalid("spec.ipFamilies[0]", printedList(next), "may not change once set")];
};

/** The first address and family stay unless the Service is or becomes an ExternalName. */
export const validateAddressUpdate = (service: LiveObject, old: LiveObject): readonly FieldError[] =>
  needsClusterIP(service) && needsClusterIP(old)
    ? [...validateAddresses(service, old), ...validateFamilies(service, old)]
    : [];
