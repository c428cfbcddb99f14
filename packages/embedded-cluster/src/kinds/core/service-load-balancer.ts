import type { LiveObject, ValueMap } from "../../json.ts";
import { type FieldError, forbidden, invalid, notSupported, ofNamedType, required } from "../field-error.ts";
import { validateLegacyCidr } from "../validation/cidr.ts";
import { ipWarnings, parseIp, validateLegacyIp } from "../validation/ip-address.ts";
import { dnsSubdomain, qualifiedNameRule } from "../validation/names.ts";
import { fieldsOf, isSet, structsOf, textOf, textsOf } from "../validation/read-value.ts";
import { specOf, typeOf } from "./service-type.ts";

const rangesAnnotation = "service.beta.kubernetes.io/load-balancer-source-ranges";
const onlyBalancers = "may only be used when `type` is 'LoadBalancer'";

const validateSourceRanges = (service: LiveObject, old: LiveObject | undefined): readonly FieldError[] => {
  const ranges = textsOf(specOf(service)["loadBalancerSourceRanges"]);
  const isBalancer = typeOf(service) === "LoadBalancer";
  if (ranges.length > 0) {
    const field = "spec.LoadBalancerSourceRanges";
    const stored =
      old === undefined ? [] : textsOf(specOf(old)["loadBalancerSourceRanges"]).map((range) => range.trim());
    return [
      ...(isBalancer ? [] : [forbidden(field, onlyBalancers)]),
      ...ranges.flatMap((range, index) => validateLegacyCidr(range.trim(), `${field}[${index}]`, stored)),
    ];
  }
  const annotations = fieldsOf(service.metadata["annotations"]);
  if (!Object.hasOwn(annotations, rangesAnnotation)) return [];
  const field = `metadata.annotations[${rangesAnnotation}]`;
  const value = textOf(annotations[rangesAnnotation]);
  const before = old === undefined ? undefined : textOf(fieldsOf(old.metadata["annotations"])[rangesAnnotation]);
  const changed = before !== value && value.trim() !== "";
  return [
    ...(isBalancer ? [] : [forbidden(field, onlyBalancers)]),
    ...(changed ? value.split(",").flatMap((range) => validateLegacyCidr(range.trim(), field)) : []),
  ];
};

/** Source ranges, and whether node ports are wanted. */
export const validateLoadBalancer = (service: LiveObject, old: LiveObject | undefined): readonly FieldError[] => {
  const wanted = isSet(specOf(service)["allocateLoadBalancerNodePorts"]);
  const isBalancer = typeOf(service) === "LoadBalancer";
  return [
    ...validateSourceRanges(service, old),
    ...(wanted && !isBalancer ? [forbidden("spec.allocateLoadBalancerNodePorts", onlyBalancers)] : []),
    ...(!wanted && isBalancer ? [required("allocateLoadBalancerNodePorts")] : []),
  ];
};

/** The class of a load balancer stays as long as the Service is one. */
export const validateLoadBalancerClass = (service: LiveObject, old: LiveObject | undefined): readonly FieldError[] => {
  const field = "spec.loadBalancerClass";
  const value = specOf(service)["loadBalancerClass"] ?? null;
  const isBalancer = typeOf(service) === "LoadBalancer";
  const errors: FieldError[] = [];
  if (old !== undefined && isBalancer && typeOf(old) === "LoadBalancer")
    if (value !== (specOf(old)["loadBalancerClass"] ?? null))
      errors.push(ofNamedType(invalid(field, value, "may not change once set")));
  if (typeof value !== "string") return errors;
  if (!isBalancer) return [...errors, forbidden(field, onlyBalancers)];
  return [...errors, ...qualifiedNameRule(value).map((text) => invalid(field, value, text))];
};

const validateIngress = (ingress: ValueMap, field: string, stored: readonly string[]): readonly FieldError[] => {
  const [ip, hostname, mode] = [textOf(ingress["ip"]), textOf(ingress["hostname"]), ingress["ipMode"]];
  const errors = ip === "" ? [] : [...validateLegacyIp(ip, `${field}.ip`, stored)];
  if (!isSet(mode)) {
    if (ip !== "") errors.push(required(`${field}.ipMode`, "must be specified when `ip` is set"));
  } else if (ip === "") errors.push(forbidden(`${field}.ipMode`, "may not be specified when `ip` is not set"));
  else if (mode !== "VIP" && mode !== "Proxy")
    errors.push(ofNamedType(notSupported(`${field}.ipMode`, mode, ["VIP", "Proxy"])));
  return [...errors, ...validateHostname(hostname, `${field}.hostname`)];
};

/** A load balancer's host, which is a DNS name when set. */
export const validateHostname = (hostname: string, field: string): readonly FieldError[] => {
  if (hostname === "") return [];
  const errors = dnsSubdomain(hostname).map((text) => invalid(field, hostname, text));
  return parseIp(hostname) === undefined
    ? errors
    : [...errors, invalid(field, hostname, "must be a DNS name, not an IP address")];
};

/** Places where load balancers listen, in the status of Services and Ingresses. */
export const ingressPointsOf = (object: LiveObject): readonly ValueMap[] =>
  structsOf(fieldsOf(fieldsOf(object["status"])["loadBalancer"])["ingress"]);

export const validateLoadBalancerStatus = (service: LiveObject, old: LiveObject): readonly FieldError[] => {
  const field = "status.loadBalancer.ingress";
  const points = ingressPointsOf(service);
  if (typeOf(service) !== "LoadBalancer" && points.length > 0)
    return [forbidden(field, "may only be used when `spec.type` is 'LoadBalancer'")];
  const stored = ingressPointsOf(old).map((point) => textOf(point["ip"]));
  return points.flatMap((point, index) => validateIngress(point, `${field}[${index}]`, stored));
};

/** Warnings of a write to the status of a Service or an Ingress. */
export const balancerWarnings = (object: LiveObject): readonly string[] =>
  ingressPointsOf(object).flatMap((point, index) =>
    ipWarnings(textOf(point["ip"]), `status.loadBalancer.ingress[${index}]`),
  );
