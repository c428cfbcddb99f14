import { isMap, type LiveObject, type ValueMap } from "../../json.ts";
import { duplicate, type FieldError, invalid, notSupported, ofNamedType, required, tooMany } from "../field-error.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import { goQuote } from "../validation/go-quote.ts";
import { validateCoreObjectMeta } from "../validation/core-object-meta.ts";
import {
  formatIp,
  ipWarnings,
  isIpv6Address,
  parseIp,
  validateEndpointIp,
  validateLegacyIp,
} from "../validation/ip-address.ts";
import { labelValue, validateLabels } from "../validation/labels.ts";
import { dnsLabel, dnsSubdomain, nameIsDnsSubdomain, qualifiedNameRule } from "../validation/names.ts";
import { fieldsOf, isSet, structsOf, textOf, textsOf } from "../validation/read-value.ts";
import { firstGeneration, nextGeneration, semanticEqual } from "./generation.ts";

const types = ["FQDN", "IPv4", "IPv6"];
const protocols = ["SCTP", "TCP", "UDP"];
const managers = ["endpointslice-controller.k8s.io", "endpointslicemirroring-controller.k8s.io"];

const validateName = (address: string, field: string): readonly FieldError[] => {
  if (address === "") return [required(field)];
  const name = address.replace(/\.$/, "");
  const errors = dnsSubdomain(name);
  if (errors.length > 0) return [invalid(field, name, errors.join(","))];
  const labels = name.split(".");
  if (labels.length < 2)
    return [invalid(field, name, "should be a domain with at least two segments separated by dots")];
  return labels.flatMap((label) => {
    const found = dnsLabel(label);
    return found.length > 0 ? [invalid(field, label, found.join(","))] : [];
  });
};

const validateAddress = (address: string, type: string, list: string, index: number): readonly FieldError[] => {
  const field = `${list}[${index}]`;
  if (type === "FQDN") return validateName(address, field);
  if (type !== "IPv4" && type !== "IPv6") return [];
  const found = [...validateLegacyIp(address, field)];
  const ip = parseIp(address);
  if (type === "IPv6" && found.length === 0 && ip !== undefined && formatIp(ip) !== address)
    found.push(invalid(field, address, `must be in canonical form (${goQuote(formatIp(ip))})`));
  if (found.length > 0) return found;
  const article = `must be an ${type} address`;
  return [
    ...(isIpv6Address(address) === (type === "IPv6") ? [] : [invalid(list, address, article)]),
    ...validateEndpointIp(address, field),
  ];
};

const validateHints = (hints: ValueMap, field: string): readonly FieldError[] => {
  const rules = [
    ["forZones", labelValue],
    ["forNodes", (name: string) => nameIsDnsSubdomain(name, false)],
  ] as const;
  const errors: FieldError[] = [];
  for (const [key, rule] of rules) {
    const names = structsOf(hints[key]).map((hint) => textOf(hint["name"]));
    if (names.length > 8) return [...errors, tooMany(`${field}.${key}`, names.length, 8)];
    for (const [index, name] of names.entries()) {
      const at = `${field}.${key}[${index}].name`;
      if (names.indexOf(name) < index) errors.push(duplicate(at, name));
      errors.push(...rule(name).map((text) => invalid(at, name, text)));
    }
  }
  return errors;
};

const validateEndpoint = (endpoint: ValueMap, type: string, field: string): readonly FieldError[] => {
  const addresses = textsOf(endpoint["addresses"]);
  const [node, hostname] = [endpoint["nodeName"], endpoint["hostname"]];
  const list = `${field}.addresses`;
  const errors: FieldError[] = [];
  if (addresses.length === 0) errors.push(required(list, "must contain at least 1 address"));
  if (addresses.length > 100) errors.push(tooMany(list, addresses.length, 100));
  errors.push(...addresses.flatMap((address, index) => validateAddress(address, type, list, index)));
  if (typeof node === "string")
    errors.push(...nameIsDnsSubdomain(node, false).map((text) => invalid(`${field}.nodeName`, node, text)));
  errors.push(...validateLabels(endpoint["deprecatedTopology"], `${field}.deprecatedTopology`));
  if (typeof hostname === "string")
    errors.push(...dnsLabel(hostname).map((text) => invalid(`${field}.hostname`, hostname, text)));
  return isMap(endpoint["hints"]) ? [...errors, ...validateHints(endpoint["hints"], `${field}.hints`)] : errors;
};

const validatePorts = (object: LiveObject): readonly FieldError[] => {
  const ports = structsOf(object["ports"]);
  const names = ports.map((port) => textOf(port["name"]));
  if (ports.length > 20_000) return [tooMany("ports", ports.length, 20_000)];
  return ports.flatMap((port, index) => {
    const at = `ports[${index}]`;
    const name = names[index] ?? "";
    const [protocol, application] = [textOf(port["protocol"]), port["appProtocol"]];
    return [
      ...(name === "" ? [] : dnsLabel(name).map((text) => invalid(`${at}.name`, name, text))),
      ...(names.indexOf(name) < index ? [ofNamedType(duplicate(`${at}.name`, name))] : []),
      ...(protocols.includes(protocol) ? [] : [ofNamedType(notSupported(`${at}.protocol`, protocol, protocols))]),
      ...(typeof application === "string"
        ? qualifiedNameRule(application).map((text) => invalid(`${at}.appProtocol`, application, text))
        : []),
    ];
  });
};

const validate = (object: LiveObject, old?: LiveObject): readonly FieldError[] => {
  const type = textOf(object["addressType"]);
  const endpoints = structsOf(object["endpoints"]);
  const errors = [...validateCoreObjectMeta(object, true, nameIsDnsSubdomain)];
  if (type === "") errors.push(required("addressType"));
  else if (!types.includes(type)) errors.push(ofNamedType(notSupported("addressType", type, types)));
  errors.push(...validatePorts(object));
  if (old !== undefined && semanticEqual(object["endpoints"], old["endpoints"])) return errors;
  if (endpoints.length > 1000) return [...errors, tooMany("endpoints", endpoints.length, 1000)];
  return [
    ...errors,
    ...endpoints.flatMap((endpoint, index) => validateEndpoint(endpoint, type, `endpoints[${index}]`)),
  ];
};

const contents = ["addressType", "endpoints", "ports"];

/** Topology is a field of earlier versions: it is dropped when the endpoints change. */
const dropTopology = (object: LiveObject): void => {
  for (const endpoint of structsOf(object["endpoints"])) delete endpoint["deprecatedTopology"];
};

const badAddressWarnings = (object: LiveObject): readonly string[] =>
  managers.includes(textOf(fieldsOf(object.metadata["labels"])["endpointslice.kubernetes.io/managed-by"]))
    ? []
    : structsOf(object["endpoints"]).flatMap((endpoint, index) =>
        textsOf(endpoint["addresses"]).flatMap((address, position) =>
          ipWarnings(address, `endpoints[${index}].addresses[${position}]`),
        ),
      );

export const endpointSlice: KindStrategy = {
  validatesMetadata: true,
  applyDefaults: (object) => {
    for (const port of structsOf(object["ports"])) {
      if (!isSet(port["name"])) port["name"] = "";
      if (!isSet(port["protocol"])) port["protocol"] = "TCP";
    }
  },
  prepareForCreate: (object) => {
    firstGeneration(object);
    dropTopology(object);
  },
  prepareForUpdate: (object, old) => {
    const same =
      contents.every((field) => semanticEqual(object[field], old[field])) &&
      semanticEqual(fieldsOf(object.metadata["labels"]), fieldsOf(old.metadata["labels"]));
    nextGeneration(object, old, !same);
    if (!semanticEqual(object["endpoints"], old["endpoints"])) dropTopology(object);
  },
  validateCreate: (object) => validate(object),
  validateUpdate: (object, old) => [
    ...validate(object, old),
    ...(object["addressType"] === old["addressType"]
      ? []
      : [ofNamedType(invalid("addressType", textOf(object["addressType"]), "field is immutable"))]),
  ],
  warnings: (object, old) => [
    ...(old === undefined && object["addressType"] === "FQDN"
      ? ["spec.addressType: FQDN endpoints are deprecated"]
      : []),
    ...badAddressWarnings(object),
  ],
};
