import type { LiveObject, Value } from "../../json.ts";
import { type FieldError, invalid } from "../field-error.ts";
import { clusterIPsOf, isHeadless, needsClusterIP, specOf } from "./service-type.ts";
import { textsAt, isSet } from "../../reading.ts";

const changed = "may not change once set";
/** Nil lists are printed as null. */
const printedList = (texts: readonly string[]): Value => (texts.length === 0 ? null : [...texts]);

const releaseNeedsSingle = (service: LiveObject, what: string): readonly FieldError[] => {
  const policy = specOf(service)["ipFamilyPolicy"];
  return policy === "SingleStack"
    ? []
    : [
        invalid(
          "spec.ipFamilyPolicy",
          isSet(policy) ? policy : null,
          `must be set to 'SingleStack' when releasing the secondary ${what}`,
        ),
      ];
};

const validateAddresses = (service: LiveObject, old: LiveObject): readonly FieldError[] => {
  if (isHeadless(service) && isHeadless(old)) return [];
  const [next, before] = [clusterIPsOf(service), clusterIPsOf(old)];
  const printed = printedList(next);
  if (next.length === before.length)
    return before.flatMap((address, index) =>
      address === next[index] ? [] : [invalid(`spec.clusterIPs[${index}]`, printed, changed)],
    );
  const errors: FieldError[] = [];
  if (next.length === 0) errors.push(invalid("spec.clusterIPs[0]", printed, "primary clusterIP can not be unset"));
  if (next.length > 0 && before.length > 0 && next[0] !== before[0])
    errors.push(invalid("spec.clusterIPs[0]", printed, changed));
  if (before.length > next.length && next.length === 1) errors.push(...releaseNeedsSingle(service, "clusterIP"));
  return errors;
};

const validateFamilies = (service: LiveObject, old: LiveObject): readonly FieldError[] => {
  if (isHeadless(service) || isHeadless(old)) return [];
  const [next, before] = [textsAt(specOf(service), "ipFamilies"), textsAt(specOf(old), "ipFamilies")];
  const field = "spec.ipFamilies[0]";
  if (next.length === before.length)
    return before.flatMap((family, index) =>
      family === next[index] ? [] : [invalid(field, printedList(next), changed)],
    );
  const errors: FieldError[] = [];
  const addresses = printedList(clusterIPsOf(service));
  if (next.length < before.length && addresses === null)
    errors.push(invalid(field, printedList(next), "primary ipFamily can not be unset"));
  if (next.length > 0 && before.length > 0 && next[0] !== before[0]) errors.push(invalid(field, addresses, changed));
  if (next.length < before.length && next.length === 1) errors.push(...releaseNeedsSingle(service, "ipFamily"));
  return errors;
};

/** Addresses and families may be added or given up, but the first ones stay unless the Service is or becomes an ExternalName. */
export const validateAddressUpdate = (service: LiveObject, old: LiveObject): readonly FieldError[] =>
  needsClusterIP(service) && needsClusterIP(old)
    ? [...validateAddresses(service, old), ...validateFamilies(service, old)]
    : [];
