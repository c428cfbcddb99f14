import { isMap, type LiveObject, type ValueMap } from "../../json.ts";
import { type FieldError, forbidden, invalid, notSupportedAsListed, ofNamedType, required } from "../field-error.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import { cidrWarnings, isStrictSubset, parseCidr, validateLegacyCidr } from "../validation/cidr.ts";
import { validateCoreObjectMeta, validateCoreObjectMetaUpdate } from "../validation/core-object-meta.ts";
import { nameIsDnsSubdomain, portName, portNumber } from "../validation/names.ts";
import { fieldsOf, hasEntries, isSet, numberOf, structsOf, textOf, textsOf } from "../validation/read-value.ts";
import { validateLabelSelector } from "../validation/selectors.ts";
import { firstGeneration, nextGenerationByWholeSpec } from "./generation.ts";

/** What is let through because the stored object has it. */
interface Allowed {
  readonly invalidValues: boolean;
  readonly cidrs: readonly string[];
}

const directions = [
  ["ingress", "from"],
  ["egress", "to"],
] as const;

const validatePort = (port: ValueMap, field: string): readonly FieldError[] => {
  const { protocol, port: number, endPort } = port;
  const errors: FieldError[] = [];
  if (isSet(protocol) && !["TCP", "UDP", "SCTP"].includes(textOf(protocol)))
    errors.push(ofNamedType(notSupportedAsListed(`${field}.protocol`, protocol, ["TCP", "UDP", "SCTP"])));
  const end = `${field}.endPort`;
  if (!isSet(number))
    return isSet(endPort)
      ? [...errors, invalid(end, endPort, "may not be specified when `port` is not specified")]
      : errors;
  if (typeof number === "string") {
    if (isSet(endPort)) errors.push(invalid(end, endPort, "may not be specified when `port` is non-numeric"));
    return [...errors, ...portName(number).map((text) => invalid(`${field}.port`, number, text))];
  }
  errors.push(...portNumber(numberOf(number)).map((text) => invalid(`${field}.port`, number, text)));
  if (isSet(endPort)) {
    if (numberOf(endPort) < numberOf(number))
      errors.push(invalid(end, number, "must be greater than or equal to `port`"));
    errors.push(...portNumber(numberOf(endPort)).map((text) => invalid(end, endPort, text)));
  }
  return errors;
};

const validateBlock = (block: ValueMap, field: string, allowed: Allowed): readonly FieldError[] => {
  const cidr = textOf(block["cidr"]);
  if (cidr === "") return [required(`${field}.cidr`)];
  const errors = [...validateLegacyCidr(cidr, `${field}.cidr`, allowed.cidrs)];
  const outer = parseCidr(cidr);
  if (outer === undefined) return errors;
  for (const [index, text] of textsOf(block["except"]).entries()) {
    const at = `${field}.except[${index}]`;
    errors.push(...validateLegacyCidr(text, at, allowed.cidrs));
    const inner = parseCidr(text);
    if (inner !== undefined && !isStrictSubset(inner, outer))
      errors.push(invalid(at, text, "must be a strict subset of `cidr`"));
  }
  return errors;
};

const validatePeer = (peer: ValueMap, field: string, allowed: Allowed): readonly FieldError[] => {
  const selectors = ["podSelector", "namespaceSelector"].filter((key) => isMap(peer[key]));
  const block = isMap(peer["ipBlock"]) ? peer["ipBlock"] : undefined;
  const errors = [
    ...selectors.flatMap((key) => validateLabelSelector(peer[key], `${field}.${key}`, allowed)),
    ...(block === undefined ? [] : validateBlock(block, `${field}.ipBlock`, allowed)),
  ];
  if (selectors.length === 0 && block === undefined) errors.push(required(field, "must specify a peer"));
  if (selectors.length > 0 && block !== undefined)
    errors.push(forbidden(field, "may not specify both ipBlock and another peer"));
  return errors;
};

const validateSpec = (object: LiveObject, allowed: Allowed): readonly FieldError[] => {
  const spec = fieldsOf(object["spec"]);
  const errors = [...validateLabelSelector(spec["podSelector"], "spec.podSelector", allowed)];
  for (const [direction, peers] of directions)
    for (const [index, rule] of structsOf(spec[direction]).entries()) {
      const at = `spec.${direction}[${index}]`;
      for (const [at2, port] of structsOf(rule["ports"]).entries())
        errors.push(...validatePort(port, `${at}.ports[${at2}]`));
      for (const [at2, peer] of structsOf(rule[peers]).entries())
        errors.push(...validatePeer(peer, `${at}.${peers}[${at2}]`, allowed));
    }
  const types = textsOf(spec["policyTypes"]);
  if (types.length > 2)
    return [...errors, invalid("spec.policyTypes", [...types], "may not specify more than two policyTypes")];
  for (const [index, type] of types.entries())
    if (type !== "Ingress" && type !== "Egress")
      errors.push(ofNamedType(notSupportedAsListed(`spec.policyTypes[${index}]`, type, ["Ingress", "Egress"])));
  return errors;
};

/** Every network named in a policy, with its place. */
const networksOf = (object: LiveObject): readonly (readonly [string, string])[] => {
  const spec = fieldsOf(object["spec"]);
  return directions.flatMap(([direction, peers]) =>
    structsOf(spec[direction]).flatMap((rule, index) =>
      structsOf(rule[peers]).flatMap((peer, at) => {
        if (!isMap(peer["ipBlock"])) return [];
        const field = `spec.${direction}[${index}].${peers}[${at}].ipBlock`;
        return [
          [textOf(peer["ipBlock"]["cidr"]), `${field}.cidr`] as const,
          ...textsOf(peer["ipBlock"]["except"]).map((text, k) => [text, `${field}.except[${k}]`] as const),
        ];
      }),
    ),
  );
};

const applyDefaults = (object: LiveObject): void => {
  const { spec } = object;
  if (!isMap(spec)) return;
  if (!hasEntries(spec["policyTypes"]))
    spec["policyTypes"] = hasEntries(spec["egress"]) ? ["Ingress", "Egress"] : ["Ingress"];
  for (const [direction] of directions)
    for (const rule of structsOf(spec[direction]))
      for (const port of structsOf(rule["ports"])) if (!isSet(port["protocol"])) port["protocol"] = "TCP";
};

export const networkPolicy: KindStrategy = {
  validatesMetadata: true,
  applyDefaults,
  prepareForCreate: firstGeneration,
  prepareForUpdate: nextGenerationByWholeSpec,
  validateCreate: (object) => [
    ...validateCoreObjectMeta(object, true, nameIsDnsSubdomain),
    ...validateSpec(object, { invalidValues: false, cidrs: [] }),
  ],
  validateUpdate: (object, old) => [
    ...validateCoreObjectMetaUpdate(object, old),
    ...validateSpec(object, {
      invalidValues: validateLabelSelector(fieldsOf(old["spec"])["podSelector"], "").length > 0,
      cidrs: networksOf(old).map(([text]) => text),
    }),
  ],
  warnings: (object) => networksOf(object).flatMap(([text, field]) => cidrWarnings(text, field)),
};
