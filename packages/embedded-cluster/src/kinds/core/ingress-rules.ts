import { isMap, type Value, type ValueMap } from "../../json.ts";
import { type FieldError, invalid, notSupported, ofNamedType, required } from "../field-error.ts";
import { parseIp } from "../validation/ip-address.ts";
import { dnsSubdomain, wildcardDnsSubdomain } from "../validation/names.ts";
import { fieldsOf, isSet, structsOf, textOf } from "../validation/read-value.ts";
import { validateIngressBackend } from "./ingress-backend.ts";

const pathTypes = ["Exact", "Prefix", "ImplementationSpecific"];
const forbiddenParts = ["//", "/./", "/../", "%2f", "%2F"];
const forbiddenEnds = ["/..", "/."];

const validatePathText = (path: string, type: string, field: string): readonly FieldError[] => {
  const errors: FieldError[] = [];
  const isLoose = type === "ImplementationSpecific";
  if (!path.startsWith("/") && !(isLoose && path === "")) errors.push(invalid(field, path, "must be an absolute path"));
  if (isLoose) return errors;
  for (const part of forbiddenParts)
    if (path.includes(part)) errors.push(invalid(field, path, `must not contain '${part}'`));
  for (const end of forbiddenEnds)
    if (path.endsWith(end)) errors.push(invalid(field, path, `cannot end with '${end}'`));
  return errors;
};

const validatePath = (path: ValueMap, field: string): readonly FieldError[] => {
  const type = path["pathType"];
  if (!isSet(type)) return [required(`${field}.pathType`, "pathType must be specified")];
  return [
    ...(pathTypes.includes(textOf(type))
      ? validatePathText(textOf(path["path"]), textOf(type), `${field}.path`)
      : [ofNamedType(notSupported(`${field}.pathType`, type, pathTypes))]),
    ...validateIngressBackend(fieldsOf(path["backend"]), `${field}.backend`),
  ];
};

/** The paths of one rule. */
export const validateRuleValue = (rule: ValueMap, field: string): readonly FieldError[] => {
  if (!isMap(rule["http"])) return [];
  const paths = structsOf(rule["http"]["paths"]);
  const at = `${field}.http.paths`;
  return paths.length === 0 ? [required(at)] : paths.flatMap((path, index) => validatePath(path, `${at}[${index}]`));
};

const validateHost = (host: string, field: string): readonly FieldError[] => {
  if (host === "") return [];
  const isAddress = parseIp(host) !== undefined;
  const rule = host.includes("*") ? wildcardDnsSubdomain : dnsSubdomain;
  return [
    ...(isAddress ? [invalid(field, host, "must be a DNS name, not an IP address")] : []),
    ...rule(host).map((text) => invalid(field, host, text)),
  ];
};

export const validateIngressRules = (
  rules: Value | undefined,
  field: string,
  allowWildcardRules: boolean,
): readonly FieldError[] =>
  structsOf(rules).flatMap((rule, index) => {
    const host = textOf(rule["host"]);
    const skipsValue = host.includes("*") && allowWildcardRules;
    return [
      ...validateHost(host, `${field}[${index}].host`),
      ...(skipsValue ? [] : validateRuleValue(rule, `${field}[${index}]`)),
    ];
  });
