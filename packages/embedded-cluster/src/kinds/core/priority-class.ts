import type { LiveObject } from "../../json.ts";
import { type FieldError, forbidden, invalid, notSupportedAsListed, ofNamedType, required } from "../field-error.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import { validateCoreObjectMeta, validateCoreObjectMetaUpdate } from "../validation/core-object-meta.ts";
import { nameIsDnsSubdomain } from "../validation/names.ts";
import { isSet, numberOf, textOf } from "../validation/read-value.ts";
import { firstGeneration } from "./generation.ts";

const highest = 1_000_000_000;
const prefix = "system-";
const system: Readonly<Record<string, number>> = {
  "system-cluster-critical": 2_000_000_000,
  "system-node-critical": 2_000_001_000,
};
const policies = ["PreemptLowerPriority", "Never"];

/** What is wrong with one of the two classes that the system has. */
const systemProblem = (object: LiveObject, name: string): string | undefined => {
  const value = system[name];
  if (value === undefined) return `${name} is not a known system priority class`;
  if (value !== numberOf(object["value"])) return `value of ${name} PriorityClass must be ${value}`;
  return object["globalDefault"] === true ? `globalDefault of ${name} PriorityClass must be false` : undefined;
};

const validate = (object: LiveObject): readonly FieldError[] => {
  const errors = [...validateCoreObjectMeta(object, false, nameIsDnsSubdomain)];
  const name = textOf(object.metadata["name"]);
  if (name.startsWith(prefix)) {
    const problem = systemProblem(object, name);
    if (problem !== undefined)
      errors.push(
        forbidden(
          "metadata.name",
          `priority class names with '${prefix}' prefix are reserved for system use only. error: ${problem}`,
        ),
      );
  } else if (numberOf(object["value"]) > highest)
    errors.push(forbidden("value", `maximum allowed value of a user defined priority is ${highest}`));
  const policy = object["preemptionPolicy"];
  if (policy === "") errors.push(required("preemptionPolicy"));
  else if (isSet(policy) && !policies.includes(textOf(policy)))
    errors.push(ofNamedType(notSupportedAsListed("preemptionPolicy", policy, policies)));
  return errors;
};

export const priorityClass: KindStrategy = {
  validatesMetadata: true,
  applyDefaults: (object) => {
    if (!isSet(object["preemptionPolicy"])) object["preemptionPolicy"] = "PreemptLowerPriority";
  },
  prepareForCreate: firstGeneration,
  validateCreate: validate,
  validateUpdate: (object, old) => [
    ...validateCoreObjectMetaUpdate(object, old),
    ...(numberOf(object["value"]) === numberOf(old["value"])
      ? []
      : [forbidden("value", "may not be changed in an update.")]),
    ...(object["preemptionPolicy"] === old["preemptionPolicy"]
      ? []
      : [ofNamedType(invalid("preemptionPolicy", object["preemptionPolicy"] ?? null, "field is immutable"))]),
  ],
};
