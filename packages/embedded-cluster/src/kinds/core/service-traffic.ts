import type { LiveObject } from "../../json.ts";
import {
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  notSupportedAsListed,
  ofNamedType,
  required,
} from "../field-error.ts";
import { portNumber } from "../validation/names.ts";
import { isSet, numberOf, textOf } from "../validation/read-value.ts";
import { isExternallyAccessible, needsHealthCheck, specOf, typeOf } from "./service-type.ts";

const policies = ["Cluster", "Local"];
const distributions = ["PreferClose", "PreferSameZone", "PreferSameNode"];

const validateExternal = (service: LiveObject): readonly FieldError[] => {
  const field = "spec.externalTrafficPolicy";
  const policy = textOf(specOf(service)["externalTrafficPolicy"]);
  if (!isExternallyAccessible(service))
    return policy === ""
      ? []
      : [ofNamedType(invalid(field, policy, "may only be set for externally-accessible services"))];
  if (policy === "") return [required(field)];
  return policies.includes(policy) ? [] : [ofNamedType(notSupported(field, policy, policies))];
};

const validateHealthCheck = (service: LiveObject): readonly FieldError[] => {
  const field = "spec.healthCheckNodePort";
  const port = numberOf(specOf(service)["healthCheckNodePort"]);
  if (!needsHealthCheck(service))
    return port === 0
      ? []
      : [invalid(field, port, "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'")];
  return port === 0 ? [required(field)] : portNumber(port).map((text) => invalid(field, port, text));
};

/** Traffic policies, the health check's port and the distribution of traffic. */
export const validateTraffic = (service: LiveObject): readonly FieldError[] => {
  const spec = specOf(service);
  const [inside, distribution] = [spec["internalTrafficPolicy"], spec["trafficDistribution"]];
  const errors = [...validateExternal(service), ...validateHealthCheck(service)];
  if (!isSet(inside)) {
    if (["NodePort", "LoadBalancer", "ClusterIP"].includes(typeOf(service)))
      errors.push(required("spec.internalTrafficPolicy"));
  } else if (!policies.includes(textOf(inside)))
    errors.push(ofNamedType(notSupported("spec.internalTrafficPolicy", inside, policies)));
  if (isSet(distribution) && !distributions.includes(textOf(distribution)))
    errors.push(notSupportedAsListed("spec.trafficDistribution", distribution, distributions));
  return errors;
};

/** A health check's port stays as long as one is needed. */
export const validateHealthCheckUpdate = (service: LiveObject, old: LiveObject): readonly FieldError[] =>
  needsHealthCheck(old) &&
  needsHealthCheck(service) &&
  numberOf(specOf(service)["healthCheckNodePort"]) !== numberOf(specOf(old)["healthCheckNodePort"])
    ? [forbidden("spec.healthCheckNodePort", "field is immutable")]
    : [];
