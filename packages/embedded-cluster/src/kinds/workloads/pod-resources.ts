import type { ValueMap } from "../../json.ts";
import { forbidden, invalid } from "../field-error.ts";
import type { FieldError } from "../field-error.ts";
import {
  addQuantities,
  compareQuantities,
  formatQuantity,
  parseQuantity,
  type Quantity,
} from "../validation/quantity.ts";
import type { Findings } from "./findings.ts";
import { isPresent, mapAt, mapIn, mapsAt } from "./reading.ts";
import { isHugePages, validatePodResourceName } from "./resource-names.ts";
import { amountsOf, validateResources } from "./resource-validation.ts";

type Amounts = Map<string, Quantity>;

const add = (to: Amounts, list: Iterable<readonly [string, Quantity]>): void => {
  for (const [name, amount] of list) {
    const present = to.get(name);
    to.set(name, present === undefined ? amount : addQuantities(present, amount));
  }
};

const raise = (to: Amounts, list: Iterable<readonly [string, Quantity]>): void => {
  for (const [name, amount] of list) {
    const present = to.get(name);
    if (present === undefined || compareQuantities(amount, present) > 0) to.set(name, amount);
  }
};

/** What all containers together take: those that run beside each other summed, or what the greediest start needs. */
const together = (spec: ValueMap, kind: "requests" | "limits"): Amounts => {
  const [running, standing, starting]: readonly Amounts[] = [new Map(), new Map(), new Map()];
  const of = (container: ValueMap) => amountsOf(mapIn(container, "resources", kind));
  for (const container of mapsAt(spec, "containers")) add(running as Amounts, of(container));
  for (const container of mapsAt(spec, "initContainers")) {
    const now: Amounts = new Map();
    add(now, of(container));
    if (container["restartPolicy"] === "Always") {
      add(running as Amounts, now);
      add(standing as Amounts, now);
      raise(starting as Amounts, standing as Amounts);
    } else {
      add(now, standing as Amounts);
      raise(starting as Amounts, now);
    }
  }
  raise(running as Amounts, starting as Amounts);
  return running as Amounts;
};

/** Defaults of `spec.resources` in a Pod that says part of it (core/v1 defaultPodRequests and its like for huge pages). */
export const applyPodResourceDefaults = (spec: ValueMap): void => {
  const resources = mapAt(spec, "resources");
  if (resources === undefined) return;
  const [limits, requests] = [mapAt(resources, "limits") ?? {}, mapAt(resources, "requests") ?? {}];
  if (Object.keys(limits).length + Object.keys(requests).length === 0) return;
  for (const [name, amount] of together(spec, "limits"))
    if (isHugePages(name) && !isPresent(requests, name) && !isPresent(limits, name))
      limits[name] = formatQuantity(amount);
  if (Object.keys(limits).length > 0) resources["limits"] = limits;
  else return;
  for (const [name, amount] of together(spec, "requests"))
    if ((name === "cpu" || name === "memory") && !isPresent(requests, name)) requests[name] = formatQuantity(amount);
  for (const [name, amount] of Object.entries(limits))
    if ((name === "cpu" || name === "memory" || isHugePages(name)) && !isPresent(requests, name))
      requests[name] = amount;
  if (Object.keys(requests).length > 0) resources["requests"] = requests;
};

/** `spec.resources`: names that a pod may ask for, and no less than its containers do. */
export const validatePodResources = (spec: ValueMap, field: string): Findings => {
  const resources = mapAt(spec, "resources");
  if (resources === undefined) return [];
  if (mapAt(spec, "os")?.["name"] === "windows") return [forbidden(field, "may not be set for a windows pod")];
  const claims = isPresent(resources, "claims")
    ? [forbidden(`${field}.claims`, "claims may not be set for Resources at pod-level")]
    : [];
  const names = mapsAt(spec, "resourceClaims").map((claim) => String(claim["name"] as string));
  return [
    ...claims,
    ...validateResources(resources, names, field, validatePodResourceName),
    ...validateSums(spec, resources, field),
  ];
};

const validateSums = (spec: ValueMap, resources: ValueMap, field: string): Findings => {
  const [limits, requests] = [mapAt(resources, "limits"), mapAt(resources, "requests")];
  const findings: FieldError[] = [];
  const atLeast = (list: ValueMap | undefined, kind: "limits" | "requests", name: string, sum: Quantity): void => {
    const own = list?.[name];
    if (typeof own !== "string" || compareQuantities(sum, parseQuantity(own)) <= 0) return;
    findings.push(
      invalid(
        `${field}.${kind}[${name}]`,
        own,
        `must be greater than or equal to aggregate container ${kind} of ${formatQuantity(sum)}`,
      ),
    );
  };
  for (const [name, sum] of together(spec, "requests")) atLeast(requests, "requests", name, sum);
  for (const [name, sum] of together(spec, "limits")) if (isHugePages(name)) atLeast(limits, "limits", name, sum);
  for (const [index, container] of mapsAt(spec, "containers").entries())
    for (const [name, amount] of amountsOf(mapIn(container, "resources", "limits"))) {
      const own = limits?.[name];
      if (typeof own === "string" && compareQuantities(amount, parseQuantity(own)) > 0)
        findings.push(
          invalid(
            `${field}.containers[${index}][${name}].limits`,
            formatQuantity(amount),
            `must be less than or equal to pod limits of ${own}`,
          ),
        );
    }
  return findings;
};
