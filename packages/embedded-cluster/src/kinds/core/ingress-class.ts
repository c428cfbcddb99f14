import { isMap, type LiveObject } from "../../json.ts";
import { type FieldError, forbidden, invalid, notSupported, required, tooLongBytes } from "../field-error.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import { validateCoreObjectMeta, validateCoreObjectMetaUpdate } from "../validation/core-object-meta.ts";
import { byteLength } from "../validation/name-texts.ts";
import { nameIsDnsLabel, nameIsDnsSubdomain } from "../validation/names.ts";
import { fieldsOf, isSet, textOf } from "../validation/read-value.ts";
import { validateDomainPrefixedPath } from "./domain-prefixed-path.ts";
import { firstGeneration, nextGenerationBySpec } from "./generation.ts";
import { validateTypedReference } from "./ingress-backend.ts";

const controllerLimit = 250;
const parametersField = "spec.parameters";

const validateParameters = (object: LiveObject): readonly FieldError[] => {
  const { parameters } = fieldsOf(object["spec"]);
  if (!isMap(parameters)) return [];
  const { namespace } = parameters;
  const errors = [...validateTypedReference(parameters, parametersField)];
  if (!isSet(parameters["scope"])) return [...errors, required(`${parametersField}.scope`)];
  const scope = textOf(parameters["scope"]);
  const at = `${parametersField}.namespace`;
  if (scope !== "Namespace" && scope !== "Cluster")
    return [...errors, notSupported(`${parametersField}.scope`, scope, ["Cluster", "Namespace"])];
  if (scope === "Cluster")
    return isSet(namespace) ? [...errors, forbidden(at, "`parameters.scope` is set to 'Cluster'")] : errors;
  if (!isSet(namespace)) return [...errors, required(at, "`parameters.scope` is set to 'Namespace'")];
  const name = textOf(namespace);
  return [...errors, ...nameIsDnsLabel(name, false).map((text) => invalid(at, name, text))];
};

const controllerOf = (object: LiveObject): string => textOf(fieldsOf(object["spec"])["controller"]);

const validate = (object: LiveObject): readonly FieldError[] => {
  const controller = controllerOf(object);
  return [
    ...validateCoreObjectMeta(object, false, nameIsDnsSubdomain),
    ...(byteLength(controller) > controllerLimit ? [tooLongBytes("spec.controller", controllerLimit)] : []),
    ...validateDomainPrefixedPath(controller, "spec.controller"),
    ...validateParameters(object),
  ];
};

export const ingressClass: KindStrategy = {
  validatesMetadata: true,
  applyDefaults: (object) => {
    const { parameters } = fieldsOf(object["spec"]);
    if (isMap(parameters) && !isSet(parameters["scope"])) parameters["scope"] = "Cluster";
  },
  prepareForCreate: firstGeneration,
  prepareForUpdate: nextGenerationBySpec,
  validateCreate: validate,
  validateUpdate: (object, old) => [
    ...validateCoreObjectMetaUpdate(object, old),
    ...(controllerOf(object) === controllerOf(old)
      ? []
      : [invalid("spec.controller", controllerOf(object), "field is immutable")]),
    ...validate(object),
  ],
};
