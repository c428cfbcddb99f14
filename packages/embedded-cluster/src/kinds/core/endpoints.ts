import type { LiveObject, ValueMap } from "../../json.ts";
import { type FieldError, invalid, notSupported, ofNamedType, required } from "../field-error.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import { validateCoreObjectMeta, validateCoreObjectMetaUpdate } from "../validation/core-object-meta.ts";
import { ipWarnings, validateEndpointIp, validateLegacyIp } from "../validation/ip-address.ts";
import { dnsLabel, nameIsDnsSubdomain, portNumber, qualifiedNameRule } from "../validation/names.ts";
import { fieldsOf, numberOf, structsOf, textOf } from "../validation/read-value.ts";
import { semanticEqual } from "./generation.ts";

const lists = ["addresses", "notReadyAddresses"];
const protocols = ["SCTP", "TCP", "UDP"];

const validateAddress = (address: ValueMap, field: string): readonly FieldError[] => {
  const [ip, hostname, node] = [textOf(address["ip"]), textOf(address["hostname"]), address["nodeName"]];
  return [
    ...validateLegacyIp(ip, `${field}.ip`),
    ...(hostname === "" ? [] : dnsLabel(hostname).map((text) => invalid(`${field}.hostname`, hostname, text))),
    ...(typeof node === "string"
      ? nameIsDnsSubdomain(node, false).map((text) => invalid(`${field}.nodeName`, node, text))
      : []),
    ...validateEndpointIp(ip, `${field}.ip`),
  ];
};

const validatePort = (port: ValueMap, field: string, needsName: boolean): readonly FieldError[] => {
  const [name, protocol] = [textOf(port["name"]), textOf(port["protocol"])];
  const [number, application] = [numberOf(port["port"]), port["appProtocol"]];
  const errors: FieldError[] = [];
  if (name !== "") errors.push(...dnsLabel(name).map((text) => invalid(`${field}.name`, name, text)));
  else if (needsName) errors.push(required(`${field}.name`));
  errors.push(...portNumber(number).map((text) => invalid(`${field}.port`, number, text)));
  if (protocol === "") errors.push(required(`${field}.protocol`));
  else if (!protocols.includes(protocol))
    errors.push(ofNamedType(notSupported(`${field}.protocol`, protocol, protocols)));
  if (typeof application === "string")
    errors.push(...qualifiedNameRule(application).map((text) => invalid(`${field}.appProtocol`, application, text)));
  return errors;
};

const validateSubset = (subset: ValueMap, field: string): readonly FieldError[] => {
  const ports = structsOf(subset["ports"]);
  const isEmpty = lists.every((list) => structsOf(subset[list]).length === 0);
  return [
    ...(isEmpty ? [required(field, "must specify `addresses` or `notReadyAddresses`")] : []),
    ...lists.flatMap((list) =>
      structsOf(subset[list]).flatMap((address, index) => validateAddress(address, `${field}.${list}[${index}]`)),
    ),
    ...ports.flatMap((port, index) => validatePort(port, `${field}.ports[${index}]`, ports.length > 1)),
  ];
};

/** What is stored already may stay, however wrong. */
const validate = (object: LiveObject, old?: LiveObject): readonly FieldError[] => [
  ...validateCoreObjectMeta(object, true, nameIsDnsSubdomain),
  ...(old !== undefined && semanticEqual(object["subsets"], old["subsets"])
    ? []
    : structsOf(object["subsets"]).flatMap((subset, index) => validateSubset(subset, `subsets[${index}]`))),
];

export const endpoints: KindStrategy = {
  validatesMetadata: true,
  applyDefaults: (object) => {
    for (const subset of structsOf(object["subsets"]))
      for (const port of structsOf(subset["ports"])) if (textOf(port["protocol"]) === "") port["protocol"] = "TCP";
  },
  validateCreate: (object) => validate(object),
  validateUpdate: (object, old) => [...validateCoreObjectMetaUpdate(object, old), ...validate(object, old)],
  warnings: (object) =>
    fieldsOf(object.metadata["labels"])["endpoints.kubernetes.io/managed-by"] === "endpoint-controller"
      ? []
      : structsOf(object["subsets"]).flatMap((subset, index) =>
          lists.flatMap((list) =>
            structsOf(subset[list]).flatMap((address, position) =>
              ipWarnings(textOf(address["ip"]), `subsets[${index}].${list}[${position}].ip`),
            ),
          ),
        ),
  allowCreateOnUpdate: true,
};
