import { isMap, type LiveObject, type ValueMap } from "../../json.ts";
import { duplicate, type FieldError, invalid, notSupported, ofNamedType, required } from "../field-error.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import { validateConditions } from "../validation/conditions.ts";
import { dns1035Label, dnsSubdomain, nameIsDnsSubdomain, qualifiedNameRule } from "../validation/names.ts";
import { validateObjectMeta } from "../validation/object-meta.ts";
import { fieldsOf, isSet, structsOf, textOf } from "../validation/read-value.ts";
import { firstGeneration, nextGenerationBySpec, semanticEqual } from "./generation.ts";
import { keepStored, keepStoredMetadata } from "./keep-stored.ts";
import { defaultMatchResources, validateMatchResources } from "./match-resources.ts";
import { reservedNameWarnings } from "./reserved-name.ts";
import { validateMatchConditions } from "./webhook-configuration.ts";

const reasons = ["Forbidden", "Invalid", "RequestEntityTooLarge"];

const validateParamKind = (kind: ValueMap): readonly FieldError[] => {
  const [version, name] = [textOf(kind["apiVersion"]), textOf(kind["kind"])];
  const field = "spec.paramKind.apiVersion";
  const errors: FieldError[] = [];
  const parts = version.split("/");
  if (version === "") errors.push(required(field));
  else if (parts.length > 2) errors.push(invalid(field, version, `unexpected GroupVersion string: ${version}`));
  else {
    const [group, short] = [parts.length === 2 ? (parts[0] ?? "") : "", parts.at(-1) ?? ""];
    const wrongGroup = group === "" ? [] : dnsSubdomain(group);
    if (wrongGroup.length > 0) errors.push(invalid(field, group, wrongGroup.join(",")));
    const wrongVersion = dns1035Label(short);
    if (short === "") errors.push(invalid(field, version, "version must be specified"));
    else if (wrongVersion.length > 0) errors.push(invalid(field, short, wrongVersion.join(",")));
  }
  const wrongKind = dns1035Label(name.toLowerCase());
  if (name === "") return [...errors, required("spec.paramKind.kind")];
  return wrongKind.length === 0
    ? errors
    : [
        ...errors,
        invalid("spec.paramKind.kind", name, `may have mixed case, but should otherwise match: ${wrongKind.join(",")}`),
      ];
};

const validateValidation = (validation: ValueMap, field: string): readonly FieldError[] => {
  const [message, expression] = [textOf(validation["message"]), textOf(validation["messageExpression"])];
  const reason = validation["reason"];
  const errors: FieldError[] = [];
  if (textOf(validation["expression"]).trim() === "")
    errors.push(required(`${field}.expression`, "expression is not specified"));
  if (expression !== "" && expression.trim() === "")
    errors.push(invalid(`${field}.messageExpression`, expression, "must be non-empty if specified"));
  if (message !== "" && message.trim() === "")
    errors.push(invalid(`${field}.message`, message, "must be non-empty if specified"));
  else if (/[\n\r]/.test(message.trim()))
    errors.push(invalid(`${field}.message`, message, "must not contain line breaks"));
  if (isSet(reason) && !reasons.includes(textOf(reason)))
    errors.push(ofNamedType(notSupported(`${field}.reason`, reason, reasons)));
  return errors;
};

const validateAnnotations = (object: LiveObject, annotations: readonly ValueMap[]): readonly FieldError[] => {
  const keys = annotations.map((annotation) => textOf(annotation["key"]));
  return annotations.flatMap((annotation, index) => {
    const at = `spec.auditAnnotations[${index}]`;
    const full = `${textOf(object.metadata["name"])}/${keys[index] ?? ""}`;
    return [
      ...qualifiedNameRule(full).map((text) => invalid(`${at}.key`, full, text)),
      ...(textOf(annotation["valueExpression"]).trim() === ""
        ? [required(`${at}.valueExpression`, "valueExpression is not specified")]
        : []),
      ...(keys.indexOf(keys[index] ?? "") < index ? [duplicate(`${at}.key`, keys[index] ?? "")] : []),
    ];
  });
};

const validateRulesOf = (object: LiveObject): readonly FieldError[] => {
  const spec = fieldsOf(object["spec"]);
  const [validations, annotations] = [structsOf(spec["validations"]), structsOf(spec["auditAnnotations"])];
  if (validations.length === 0 && annotations.length === 0)
    return ["validations", "auditAnnotations"].map((key) =>
      required(`spec.${key}`, "validations or auditAnnotations must contain at least one item"),
    );
  return [
    ...validations.flatMap((validation, index) => validateValidation(validation, `spec.validations[${index}]`)),
    ...validateAnnotations(object, annotations),
  ];
};

const validateVariables = (variables: readonly ValueMap[]): readonly FieldError[] =>
  variables.flatMap((variable, index) => {
    const name = textOf(variable["name"]);
    const at = `spec.variables[${index}]`;
    const errors: FieldError[] = [];
    if (name.trim() === "") errors.push(required(`${at}.name`, "name is not specified"));
    else if (!/^[_a-zA-Z][_a-zA-Z0-9]*$/.test(name))
      errors.push(invalid(`${at}.name`, name, "must be a valid CEL identifier"));
    return textOf(variable["expression"]).trim() === ""
      ? [...errors, required(`${at}.expression`, "expression is not specified")]
      : errors;
  });

/** The policy's structure; its expressions are kept as they are and never evaluated. */
const validatePolicy = (object: LiveObject, old: LiveObject | undefined): readonly FieldError[] => {
  const spec = fieldsOf(object["spec"]);
  const before = fieldsOf(old?.["spec"]);
  const { failurePolicy: failure, paramKind, matchConstraints: match } = spec;
  const sameConditions =
    old !== undefined &&
    semanticEqual(paramKind, before["paramKind"]) &&
    semanticEqual(spec["matchConditions"], before["matchConditions"]);
  return [
    ...validateObjectMeta(object, false, nameIsDnsSubdomain),
    ...(isSet(failure) && ["Fail", "Ignore"].includes(textOf(failure))
      ? []
      : [ofNamedType(notSupported("spec.failurePolicy", failure ?? "", ["Fail", "Ignore"]))]),
    ...(isMap(paramKind) ? validateParamKind(paramKind) : []),
    ...(isMap(match) ? validateMatchResources(match, "spec.matchConstraints") : [required("spec.matchConstraints")]),
    ...(isMap(match) && structsOf(match["resourceRules"]).length === 0
      ? [required("spec.matchConstraints.resourceRules")]
      : []),
    ...(sameConditions ? [] : validateMatchConditions(structsOf(spec["matchConditions"]), "spec.matchConditions")),
    ...validateVariables(structsOf(spec["variables"])),
    ...validateRulesOf(object),
  ];
};

export const validatingAdmissionPolicy: KindStrategy = {
  validatesMetadata: true,
  applyDefaults: (object) => {
    const { spec } = object;
    if (!isMap(spec)) return;
    if (!isSet(spec["failurePolicy"])) spec["failurePolicy"] = "Fail";
    defaultMatchResources(isMap(spec["matchConstraints"]) ? spec["matchConstraints"] : undefined);
  },
  prepareForCreate: (object) => {
    object["status"] = {};
    firstGeneration(object);
  },
  prepareForUpdate: (object, old) => {
    keepStored(object, old, "status");
    nextGenerationBySpec(object, old);
  },
  validateCreate: (object) => validatePolicy(object, undefined),
  validateUpdate: validatePolicy,
  warnings: reservedNameWarnings,
  status: {
    prepareForUpdate: (object, old) => {
      keepStored(object, old, "spec");
      keepStoredMetadata(object, old);
    },
    validateUpdate: (object) => {
      const status = fieldsOf(object["status"]);
      return [
        ...structsOf(fieldsOf(status["typeChecking"])["expressionWarnings"]).flatMap((warning, index) =>
          ["warning", "fieldRef"]
            .filter((key) => textOf(warning[key]).trim() === "")
            .map((key) => required(`status.typeChecking.expressionWarnings[${index}].${key}`)),
        ),
        ...validateConditions(status["conditions"], "status.conditions"),
      ];
    },
  },
  resetFields: { main: [["status"]], status: [["spec"], ["metadata"]] },
  allowUnconditionalUpdate: false,
};
