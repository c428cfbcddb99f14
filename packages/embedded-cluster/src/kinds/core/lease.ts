import type { LiveObject } from "../../json.ts";
import { type FieldError, invalid } from "../field-error.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import { nameIsDnsSubdomain } from "../validation/names.ts";
import { validateObjectMeta, validateObjectMetaUpdate } from "../validation/object-meta.ts";
import { fieldsOf, isSet, numberOf } from "../validation/read-value.ts";

const validateSpec = (object: LiveObject): readonly FieldError[] => {
  const { leaseDurationSeconds: duration, leaseTransitions: transitions } = fieldsOf(object["spec"]);
  return [
    ...(isSet(duration) && numberOf(duration) <= 0
      ? [invalid("spec.leaseDurationSeconds", duration, "must be greater than 0")]
      : []),
    ...(isSet(transitions) && numberOf(transitions) < 0
      ? [invalid("spec.leaseTransitions", transitions, "must be greater than or equal to 0")]
      : []),
  ];
};

/** Fields of a feature that is off by default: gone unless they are stored already. */
const dropGated = (object: LiveObject, old?: LiveObject): void => {
  const spec = object["spec"];
  if (typeof spec !== "object" || spec === null || Array.isArray(spec)) return;
  for (const field of ["strategy", "preferredHolder"]) if (!isSet(fieldsOf(old?.["spec"])[field])) delete spec[field];
};

export const lease: KindStrategy = {
  validatesMetadata: true,
  prepareForCreate: (object) => dropGated(object),
  prepareForUpdate: dropGated,
  validateCreate: (object) => [...validateObjectMeta(object, true, nameIsDnsSubdomain), ...validateSpec(object)],
  validateUpdate: (object, old) => [...validateObjectMetaUpdate(object, old), ...validateSpec(object)],
  allowCreateOnUpdate: true,
  allowUnconditionalUpdate: false,
};
