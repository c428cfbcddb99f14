import type { ValueMap } from "../../json.ts";
import {
  addQuantities,
  compareQuantities,
  formatQuantity,
  parseQuantity,
  type Quantity,
} from "../validation/quantity.ts";
import { mapAt, mapIn, mapsAt, isPresent } from "../../reading.ts";

type Amounts = Map<string, Quantity>;

const isHugePages = (name: string): boolean => name.startsWith("hugepages-");

const amountsOf = (list: ValueMap | undefined): readonly (readonly [string, Quantity])[] =>
  Object.entries(list ?? {})
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, amount]) => [name, parseQuantity(typeof amount === "string" ? amount : String(amount as number))]);

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
