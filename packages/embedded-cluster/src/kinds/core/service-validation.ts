import type { LiveObject, ValueMap } from "../../json.ts";
import { duplicate, type FieldError, forbidden, invalid, notSupported, ofNamedType, required } from "../field-error.ts";
import { validateEndpointIp, validateLegacyIp } from "../validation/ip-address.ts";
import { validateLabels } from "../validation/labels.ts";
import { dnsLabel, dnsSubdomain, portName, portNumber, qualifiedNameRule } from "../validation/names.ts";
import { fieldsOf, hasEntries, isSet, numberOf, textOf, textsOf } from "../validation/read-value.ts";
import { validateClusterIPs } from "./service-cluster-ips.ts";
import { validateLoadBalancer, validateLoadBalancerClass } from "./service-load-balancer.ts";
import { validateTraffic } from "./service-traffic.ts";
import { isHeadless, portsOf, specOf, typeOf } from "./service-type.ts";

const types = ["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"];
const protocols = ["TCP", "UDP", "SCTP"];

const validateHints = (service: LiveObject): readonly FieldError[] => {
  const annotations = fieldsOf(service.metadata["annotations"]);
  const [hints, mode] = ["service.kubernetes.io/topology-aware-hints", "service.kubernetes.io/topology-mode"] as const;
  const set = Object.hasOwn(annotations, hints) && Object.hasOwn(annotations, mode);
  return set && annotations[hints] !== annotations[mode]
    ? [
        invalid(
          `metadata.annotations[${mode}]`,
          textOf(annotations[mode]),
          `must match annotations[${hints}] when both are specified`,
        ),
      ]
    : [];
};

const validateType = (service: LiveObject): readonly FieldError[] => {
  const spec = specOf(service);
  const type = typeOf(service);
  if ((type === "LoadBalancer" || type === "NodePort") && isHeadless(service))
    return [invalid("spec.clusterIPs[0]", "None", `may not be set to 'None' for ${type} services`)];
  if (type !== "ExternalName") return [];
  const errors = ["clusterIPs", "ipFamilies", "ipFamilyPolicy"]
    .filter((field) => (field === "ipFamilyPolicy" ? isSet(spec[field]) : hasEntries(spec[field])))
    .map((field) => forbidden(`spec.${field}`, "may not be set for ExternalName services"));
  const name = textOf(spec["externalName"]).replace(/\.$/, "");
  if (name === "") return [...errors, required("spec.externalName")];
  return [...errors, ...dnsSubdomain(name).map((text) => invalid("spec.externalName", name, text))];
};

/** A port's number or name. */
const validateTarget = (target: ValueMap[string] | undefined, field: string): readonly FieldError[] =>
  typeof target === "string"
    ? portName(target).map((text) => invalid(field, target, text))
    : portNumber(numberOf(target)).map((text) => invalid(field, numberOf(target), text));

const validatePort = (port: ValueMap, field: string, needsName: boolean, names: Set<string>): readonly FieldError[] => {
  const name = textOf(port["name"]);
  const errors: FieldError[] = [];
  if (name === "") {
    if (needsName) errors.push(required(`${field}.name`));
  } else {
    errors.push(...dnsLabel(name).map((text) => invalid(`${field}.name`, name, text)));
    if (names.has(name)) errors.push(duplicate(`${field}.name`, name));
    names.add(name);
  }
  const number = numberOf(port["port"]);
  errors.push(...portNumber(number).map((text) => invalid(`${field}.port`, number, text)));
  const protocol = textOf(port["protocol"]);
  if (protocol === "") errors.push(required(`${field}.protocol`));
  else if (!protocols.includes(protocol))
    errors.push(ofNamedType(notSupported(`${field}.protocol`, protocol, protocols)));
  errors.push(...validateTarget(port["targetPort"], `${field}.targetPort`));
  const application = port["appProtocol"];
  if (typeof application === "string")
    errors.push(...qualifiedNameRule(application).map((text) => invalid(`${field}.appProtocol`, application, text)));
  return errors;
};

const validatePorts = (service: LiveObject): readonly FieldError[] => {
  const names = new Set<string>();
  const ports = portsOf(service);
  return ports.flatMap((port, index) => validatePort(port, `spec.ports[${index}]`, ports.length > 1, names));
};

const validateAffinity = (service: LiveObject): readonly FieldError[] => {
  const spec = specOf(service);
  const affinity = textOf(spec["sessionAffinity"]);
  const at = "spec.sessionAffinityConfig";
  if (affinity === "") return [required("spec.sessionAffinity")];
  if (affinity === "None")
    return isSet(spec["sessionAffinityConfig"]) ? [forbidden(at, "must not be set when session affinity is None")] : [];
  if (affinity !== "ClientIP")
    return [ofNamedType(notSupported("spec.sessionAffinity", affinity, ["ClientIP", "None"]))];
  const timeout = numberOf(fieldsOf(fieldsOf(spec["sessionAffinityConfig"])["clientIP"])["timeoutSeconds"]);
  return timeout > 0 && timeout <= 86_400
    ? []
    : [invalid(`${at}.clientIP.timeoutSeconds`, timeout, "must be greater than 0 and less than 86400")];
};

const validateExternalIPs = (service: LiveObject, old: LiveObject | undefined): readonly FieldError[] => {
  const stored = old === undefined ? [] : textsOf(specOf(old)["externalIPs"]);
  return textsOf(specOf(service)["externalIPs"]).flatMap((address, index) => {
    const at = `spec.externalIPs[${index}]`;
    const found = validateLegacyIp(address, at, stored);
    return found.length > 0 ? found : validateEndpointIp(address, at);
  });
};

/** Go prints the internal struct of which only protocol and port are set. */
const printedPort = (port: ValueMap): ValueMap => ({
  Name: "",
  Protocol: textOf(port["protocol"]),
  AppProtocol: null,
  Port: numberOf(port["port"]),
  TargetPort: 0,
  NodePort: 0,
});

const validateNodePorts = (service: LiveObject): readonly FieldError[] => {
  const ports = portsOf(service);
  const errors: FieldError[] = [];
  const [nodePorts, numbers] = [new Set<string>(), new Set<string>()];
  for (const [index, port] of ports.entries())
    if (typeOf(service) === "ClusterIP" && numberOf(port["nodePort"]) !== 0)
      errors.push(forbidden(`spec.ports[${index}].nodePort`, "may not be used when `type` is 'ClusterIP'"));
  for (const [index, port] of ports.entries()) {
    const nodePort = numberOf(port["nodePort"]);
    const key = `${textOf(port["protocol"])} ${nodePort}`;
    if (nodePort !== 0 && nodePorts.has(key)) errors.push(duplicate(`spec.ports[${index}].nodePort`, nodePort));
    nodePorts.add(key);
  }
  for (const [index, port] of ports.entries()) {
    const key = `${textOf(port["protocol"])} ${numberOf(port["port"])}`;
    if (numbers.has(key)) errors.push(duplicate(`spec.ports[${index}]`, printedPort(port)));
    numbers.add(key);
  }
  return errors;
};

/** All findings in a Service's spec (apis/core/validation validateService). */
export const validateServiceSpec = (service: LiveObject, old: LiveObject | undefined): readonly FieldError[] => {
  const type = typeOf(service);
  const needsPorts = portsOf(service).length === 0 && !isHeadless(service) && type !== "ExternalName";
  return [
    ...validateHints(service),
    ...(needsPorts ? [required("spec.ports")] : []),
    ...validateType(service),
    ...validatePorts(service),
    ...validateLabels(specOf(service)["selector"], "spec.selector"),
    ...validateAffinity(service),
    ...validateClusterIPs(service, old),
    ...validateExternalIPs(service, old),
    ...(types.includes(type) ? [] : [ofNamedType(notSupported("spec.type", type, types))]),
    ...validateNodePorts(service),
    ...validateLoadBalancer(service, old),
    ...validateLoadBalancerClass(service, undefined),
    ...validateTraffic(service),
  ];
};
