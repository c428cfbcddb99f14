import type { ValueMap } from "../../json.ts";
import { duplicate, forbidden, invalid, required } from "../field-error.ts";
import type { FieldError } from "../field-error.ts";
import {
  compareQuantities,
  formatQuantity,
  isWhole,
  parseQuantity,
  type Quantity,
  signOf,
} from "../validation/quantity.ts";
import { dnsLabelAt, type Findings, NOT_NEGATIVE, notFound } from "./findings.ts";
import { mapAt, mapsAt, textAt } from "./reading.ts";
import {
  COUNTED,
  isExtended,
  isHugePages,
  mayOvercommit,
  type NameCheck,
  validateResourceName,
} from "./resource-names.ts";

/** An amount of a resource: not negative, whole where things are counted. */
export const validateAmount = (name: string, amount: Quantity, field: string): Findings => {
  const text = formatQuantity(amount);
  return [
    ...(signOf(amount) < 0 ? [invalid(field, text, NOT_NEGATIVE)] : []),
    ...((COUNTED.has(name) || isExtended(name)) && !isWhole(amount)
      ? [invalid(field, text, "must be an integer")]
      : []),
  ];
};

/** Amounts by name, in order of the names; Go takes them in none. */
export const amountsOf = (list: ValueMap | undefined): readonly (readonly [string, Quantity])[] =>
  Object.entries(list ?? {})
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, amount]) => [name, parseQuantity(typeof amount === "string" ? amount : String(amount as number))]);

/** `resources` of a container; the claims it may name are the pod's. */
export const validateResources = (
  resources: ValueMap | undefined,
  claimNames: readonly string[],
  field: string,
  validateName: NameCheck = validateResourceName,
): Findings => {
  const limits = amountsOf(mapAt(resources, "limits"));
  const requests = amountsOf(mapAt(resources, "requests"));
  const limitOf = new Map(limits);
  const names = [...limits, ...requests].map(([name]) => name);
  const findings: FieldError[] = limits.flatMap(([name, amount]) =>
    validateEntry(name, amount, `${field}.limits[${name}]`, validateName),
  );
  for (const [name, amount] of requests) {
    const at = `${field}.requests[${name}]`;
    findings.push(...validateName(name, at), ...validateAmount(name, amount, at));
    findings.push(...validateAgainstLimit(name, amount, limitOf.get(name), field), ...validatePages(name, amount, at));
  }
  if (names.some(isHugePages) && !names.includes("cpu") && !names.includes("memory"))
    findings.push(forbidden(field, "HugePages require cpu or memory"));
  return [...findings, ...validateClaimNames(resources, claimNames, `${field}.claims`)];
};

const validateEntry = (name: string, amount: Quantity, at: string, validateName: NameCheck): Findings => [
  ...validateName(name, at),
  ...validateAmount(name, amount, at),
  ...validatePages(name, amount, at),
];

const validateAgainstLimit = (name: string, amount: Quantity, limit: Quantity | undefined, field: string): Findings => {
  if (limit === undefined)
    return mayOvercommit(name)
      ? []
      : [required(`${field}.limits`, "Limit must be set for non overcommitable resources")];
  const order = compareQuantities(amount, limit);
  const told = (how: string): Findings => [
    invalid(`${field}.requests`, formatQuantity(amount), `must be ${how} ${name} limit of ${formatQuantity(limit)}`),
  ];
  if (order !== 0 && !mayOvercommit(name)) return told("equal to");
  return order > 0 ? told("less than or equal to") : [];
};

const validatePages = (name: string, amount: Quantity, at: string): Findings => {
  if (!isHugePages(name)) return [];
  const text = formatQuantity(amount);
  const wrong: Findings = [invalid(at, text, `${text} is not positive integer multiple of ${name}`)];
  try {
    const size = parseQuantity(name.slice("hugepages-".length));
    if (signOf(size) <= 0 || !isWhole(size)) return wrong;
    const bytes = (quantity: Quantity): bigint =>
      quantity.scale >= 0
        ? quantity.unscaled * 10n ** BigInt(quantity.scale)
        : quantity.unscaled / 10n ** BigInt(-quantity.scale);
    return bytes(amount) % bytes(size) === 0n ? [] : wrong;
  } catch {
    return wrong;
  }
};

const validateClaimNames = (
  resources: ValueMap | undefined,
  claimNames: readonly string[],
  field: string,
): Findings => {
  const seen = new Set<string>();
  return mapsAt(resources, "claims").flatMap((claim, index) => {
    const at = `${field}[${index}]`;
    const [name, request] = [textAt(claim, "name"), textAt(claim, "request")];
    if (name === "") return [required(at)];
    const findings: FieldError[] = [];
    const key = request === "" ? name : `${name}/${request}`;
    if (seen.has(name)) findings.push(duplicate(at, name));
    else {
      if (request !== "") findings.push(...dnsLabelAt(request, `${at}.request`));
      if (seen.has(key)) findings.push(duplicate(at, key));
      else if (request === "")
        for (const other of seen) if (other.startsWith(`${name}/`)) findings.push(duplicate(at, name));
      seen.add(key);
    }
    if (!claimNames.includes(name)) {
      const known = claimNames.length === 0 ? " which is empty" : `: ${claimNames.toSorted().join(", ")}`;
      findings.push({ ...notFound(at, name), detail: `must be one of the names in pod.spec.resourceClaims${known}` });
    }
    return findings;
  });
};
