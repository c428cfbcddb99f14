import { isMap, type LiveObject, type ValueMap } from "../../json.ts";
import {
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  notSupportedAsListed,
  ofNamedType,
  required,
} from "../field-error.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import { nameIsDnsSubdomain, pathSegment } from "../validation/names.ts";
import { validateObjectMeta } from "../validation/object-meta.ts";
import { fieldsOf, textOf, textsOf } from "../validation/read-value.ts";
import { validateLabelSelector } from "../validation/selectors.ts";
import { firstGeneration, nextGenerationBySpec } from "./generation.ts";
import { defaultMatchResources, validateMatchResources } from "./match-resources.ts";
import { reservedNameWarnings } from "./reserved-name.ts";

const actions = ["Audit", "Deny", "Warn"];

const validateParamRef = (reference: ValueMap): readonly FieldError[] => {
  const field = "spec.paramRef";
  const [name, action] = [textOf(reference["name"]), textOf(reference["parameterNotFoundAction"])];
  const hasSelector = isMap(reference["selector"]);
  const both = "name and selector are mutually exclusive";
  const errors: FieldError[] = pathSegment(name, false).map((text) => invalid(`${field}.name`, name, text));
  if (name !== "" && hasSelector) errors.push(forbidden(`${field}.name`, both));
  errors.push(...validateLabelSelector(reference["selector"], `${field}.selector`));
  if (name !== "" && hasSelector) errors.push(forbidden(`${field}.selector`, both));
  if (name === "" && !hasSelector) errors.push(required(field, "one of name or selector must be specified"));
  if (action === "") errors.push(required(`${field}.parameterNotFoundAction`));
  else if (action !== "Deny" && action !== "Allow")
    errors.push(ofNamedType(notSupportedAsListed(`${field}.parameterNotFoundAction`, action, ["Deny", "Allow"])));
  return errors;
};

const validateActions = (wanted: readonly string[]): readonly FieldError[] => {
  const field = "spec.validationActions";
  const errors = wanted.flatMap((action, index) => [
    ...(actions.includes(action) ? [] : [ofNamedType(notSupported(`${field}[${index}]`, action, actions))]),
    ...(wanted.indexOf(action) < index ? [ofNamedType(duplicate(`${field}[${index}]`, action))] : []),
  ]);
  if (wanted.includes("Deny") && wanted.includes("Warn"))
    errors.push(
      invalid(
        field,
        [...wanted],
        "must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)",
      ),
    );
  return wanted.length === 0 ? [required(field, "at least one validation action is required")] : errors;
};

const validateBinding = (object: LiveObject): readonly FieldError[] => {
  const spec = fieldsOf(object["spec"]);
  const policy = textOf(spec["policyName"]);
  return [
    ...validateObjectMeta(object, false, nameIsDnsSubdomain),
    ...(policy === ""
      ? [required("spec.policyName")]
      : nameIsDnsSubdomain(policy, false).map((text) => invalid("spec.policyName", policy, text))),
    ...(isMap(spec["paramRef"]) ? validateParamRef(spec["paramRef"]) : []),
    ...(isMap(spec["matchResources"]) ? validateMatchResources(spec["matchResources"], "spec.matchResources") : []),
    ...validateActions(textsOf(spec["validationActions"])),
  ];
};

export const validatingAdmissionPolicyBinding: KindStrategy = {
  validatesMetadata: true,
  applyDefaults: (object) => {
    const match = fieldsOf(object["spec"])["matchResources"];
    defaultMatchResources(isMap(match) ? match : undefined);
  },
  prepareForCreate: firstGeneration,
  prepareForUpdate: nextGenerationBySpec,
  validateCreate: validateBinding,
  validateUpdate: validateBinding,
  warnings: reservedNameWarnings,
  allowUnconditionalUpdate: false,
};
