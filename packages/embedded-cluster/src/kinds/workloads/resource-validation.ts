import type { ValueMap } from "../../json.ts";
import { duplicate, forbidden, invalid, required } from "../field-error.ts";
import type { FieldError } from "../field-error.ts";
import { qualifiedNameRule } from "../validation/names.ts";
import {
  compareQuantities,
  formatQuantity,
  isWhole,
  parseQuantity,
  type Quantity,
  signOf,
} from "../validation/quantity.ts";
import { dnsLabelAt, type Findings, invalidFor, NOT_NEGATIVE, notFound } from "./findings.ts";
import { mapAt, mapsAt, textAt } from "./reading.ts";

const words = (text: string): readonly string[] => text.split(" ");

const CONTAINER_RESOURCES = new Set(words("cpu memory ephemeral-storage"));
const COUNTED = new Set(
  words(
    "pods resourcequotas services replicationcontrollers secrets configmaps persistentvolumeclaims services.nodeports services.loadbalancers",
  ),
);
const STANDARD_RESOURCES = new Set([
  ...CONTAINER_RESOURCES,
  ...COUNTED,
  ...words("storage requests.cpu requests.memory requests.ephemeral-storage requests.storage"),
  ...words("limits.cpu limits.memory limits.ephemeral-storage"),
]);

const isHugePages = (name: string): boolean => name.startsWith("hugepages-");
const isNative = (name: string): boolean => !name.includes("/") || name.includes("kubernetes.io/");
const isExtended = (name: string): boolean =>
  !isNative(name) && !name.startsWith("requests.") && qualifiedNameRule(`requests.${name}`).length === 0;
const mayOvercommit = (name: string): boolean => isNative(name) && !isHugePages(name);

/** A name that a container (or a pod's overhead) may ask for. */
export const validateResourceName = (name: string, field: string): Findings => {
  const texts = qualifiedNameRule(name);
  const plain = !name.includes("/");
  const findings: FieldError[] = [...invalidFor(field, name, texts)];
  if (
    texts.length === 0 &&
    plain &&
    !STANDARD_RESOURCES.has(name) &&
    !isHugePages(name) &&
    !name.startsWith("requests.hugepages-")
  )
    findings.push(invalid(field, name, "must be a standard resource type or fully qualified"));
  if (plain && !CONTAINER_RESOURCES.has(name) && !isHugePages(name))
    findings.push(invalid(field, name, "must be a standard resource for containers"));
  else if (!plain && !isNative(name) && !isExtended(name))
    findings.push(invalid(field, name, "doesn't follow extended resource name standard"));
  return findings;
};

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
): Findings => {
  const limits = amountsOf(mapAt(resources, "limits"));
  const requests = amountsOf(mapAt(resources, "requests"));
  const limitOf = new Map(limits);
  const names = [...limits, ...requests].map(([name]) => name);
  const findings: FieldError[] = limits.flatMap(([name, amount]) =>
    validateEntry(name, amount, `${field}.limits[${name}]`),
  );
  for (const [name, amount] of requests) {
    const at = `${field}.requests[${name}]`;
    findings.push(...validateResourceName(name, at), ...validateAmount(name, amount, at));
    findings.push(...validateAgainstLimit(name, amount, limitOf.get(name), field), ...validatePages(name, amount, at));
  }
  if (names.some(isHugePages) && !names.includes("cpu") && !names.includes("memory"))
    findings.push(forbidden(field, "HugePages require cpu or memory"));
  return [...findings, ...validateClaimNames(resources, claimNames, `${field}.claims`)];
};

const validateEntry = (name: string, amount: Quantity, at: string): Findings => [
  ...validateResourceName(name, at),
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
