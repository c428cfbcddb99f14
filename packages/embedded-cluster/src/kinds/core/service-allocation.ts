import type { LiveObject, ValueMap } from "../../json.ts";
import { type FieldError, invalid } from "../field-error.ts";
import type { StrategyContext } from "../kind-strategy.ts";
import { plainError } from "../../server/status.ts";
import { initFamilies } from "./service-families.ts";
import {
  allocatesNodePorts,
  clusterIPsOf,
  needsClusterIP,
  needsHealthCheck,
  portsOf,
  setField,
  specOf,
  takesNodePorts,
  typeOf,
} from "./service-type.ts";
import { textsAt, textAt, numberAt } from "../../reading.ts";

const portRange = "30000-32767";
const isInRange = (port: number): boolean => port >= 30_000 && port <= 32_767;

/** A node port of one request: the wanted one, any when 0; `undefined` when it cannot be had. */
type TakePort = (wanted: number) => number | undefined;

const firstDummy = 32_769;

/** A dry run reserves nothing: it takes ports outside the range, too, and counts its dummies up. */
const portsFrom = (context: StrategyContext): TakePort => {
  const taken: number[] = [];
  const isDry = context.dryRun === true;
  const another = (): number | undefined => {
    if (isDry) return taken.length === 0 ? firstDummy : Math.max(...taken) + 1;
    const found = context.allocateNodePort();
    return found !== undefined && taken.includes(found) ? Math.max(...taken) + 1 : found;
  };
  const asked = (wanted: number): number | undefined =>
    isDry && !isInRange(wanted) ? wanted : context.allocateNodePort(wanted);
  return (wanted) => {
    const port = wanted === 0 ? another() : asked(wanted);
    if (port !== undefined) taken.push(port);
    return port;
  };
};

/** The address that a dry run tells for any that it would have allocated. */
const dummyAddress = "10.96.0.0";

/** A dry run reserves nothing, so it takes any address of the range. */
const takeAddress = (wanted: string, context: StrategyContext): string | undefined => {
  if (context.dryRun !== true) return context.allocateClusterIP(wanted || undefined);
  if (wanted === "") return dummyAddress;
  return isAssignable(wanted) ? wanted : undefined;
};

/** Gives the Service its addresses, or those it asks for. */
const allocateClusterIPs = (service: LiveObject, context: StrategyContext): readonly FieldError[] => {
  if (!needsClusterIP(service) || clusterIPsOf(service)[0] === "None") return [];
  const spec = specOf(service);
  const asked = [...clusterIPsOf(service)];
  const addresses: string[] = [...asked];
  for (const index of textsAt(spec, "ipFamilies").keys()) {
    const wanted = asked[index] ?? "";
    const found = takeAddress(wanted, context);
    if (found === undefined)
      return [
        invalid(
          "spec.clusterIPs",
          asked,
          `failed to allocate IP ${wanted}: ${whyNot(wanted, context.dryRun === true)}`,
        ),
      ];
    addresses[index] = found;
  }
  setField(spec, "clusterIPs", addresses);
  setField(spec, "clusterIP", addresses[0]);
  return [];
};

const isAssignable = (address: string): boolean =>
  address.startsWith("10.96.") && address !== dummyAddress && address !== "10.96.255.255";

/** As the real server with the range that embedded clusters have, too; a dry run asks another part of it. */
const whyNot = (address: string, isDry: boolean): string => {
  if (isAssignable(address)) return "provided IP is already allocated";
  return isDry
    ? `the provided IP (${address}) is not in the valid range. The range of valid IPs is 10.96.0.0/16`
    : "the provided network does not match the current range";
};

const takeNodePort = (port: ValueMap, wanted: number, index: number, take: TakePort): readonly FieldError[] => {
  const found = take(wanted);
  if (found !== undefined) {
    port["nodePort"] = found;
    return [];
  }
  const text = isInRange(wanted)
    ? "provided port is already allocated"
    : `provided port is not in the valid range. The range of valid ports is ${portRange}`;
  return [invalid(`spec.ports[${index}].nodePort`, wanted, text)];
};

/** On create: ports of one number (of several protocols) share a node port. */
const createNodePorts = (service: LiveObject, take: TakePort): readonly FieldError[] => {
  const ports = portsOf(service);
  const given = new Map<number, number>();
  for (const [index, port] of ports.entries()) {
    const own = numberAt(port, "nodePort") ?? 0;
    if (own === 0 && !allocatesNodePorts(service)) continue;
    const number = numberAt(port, "port") ?? 0;
    const shared = given.get(number) ?? 0;
    if (shared !== 0 && (own === shared || own === 0)) {
      port["nodePort"] = shared;
      continue;
    }
    const same = ports.find(
      (other) => (numberAt(other, "port") ?? 0) === number && (numberAt(other, "nodePort") ?? 0) !== 0,
    );
    const wanted = shared === 0 ? (numberAt(same, "nodePort") ?? 0) : own;
    const errors = takeNodePort(port, wanted, index, take);
    if (errors.length > 0) return errors;
    if (shared === 0) given.set(number, numberAt(port, "nodePort") ?? 0);
  }
  return [];
};

/** On update: what the stored object holds is kept, the rest is new. A node port named twice is a plain error of the server's. */
const updateNodePorts = (service: LiveObject, old: LiveObject, take: TakePort): readonly FieldError[] => {
  const held = new Set(portsOf(old).map((port) => numberAt(port, "nodePort") ?? 0));
  const named = new Set<string>();
  for (const [index, port] of portsOf(service).entries()) {
    const own = numberAt(port, "nodePort") ?? 0;
    if (own === 0 && !allocatesNodePorts(service)) continue;
    if (own === 0 || !held.has(own)) {
      const errors = takeNodePort(port, own, index, take);
      if (errors.length > 0) return errors;
      if (own !== 0) held.add(own);
    }
    const name = `{${textAt(port, "protocol")} ${numberAt(port, "nodePort") ?? 0}}`;
    if (named.has(name)) throw plainError(`duplicate nodePort: ${name}`);
    named.add(name);
  }
  return [];
};

const allocateHealthCheck = (service: LiveObject, take: TakePort): void => {
  const spec = specOf(service);
  const found = take(numberAt(spec, "healthCheckNodePort") ?? 0);
  if (found !== undefined) spec["healthCheckNodePort"] = found;
};

/** Everything the registry does to a new Service before validation; its findings are answered alone. */
export const allocateForCreate = (service: LiveObject, context: StrategyContext): readonly FieldError[] => {
  const spec = specOf(service);
  if (textAt(spec, "clusterIP") !== "" && clusterIPsOf(service).length === 0)
    spec["clusterIPs"] = [textAt(spec, "clusterIP")];
  const families = initFamilies(service, undefined);
  if (families.length > 0) return families;
  const addresses = allocateClusterIPs(service, context);
  if (addresses.length > 0) return addresses;
  const take = portsFrom(context);
  const ports = takesNodePorts(service) ? createNodePorts(service, take) : [];
  if (ports.length === 0 && needsHealthCheck(service)) allocateHealthCheck(service, take);
  return ports;
};

/** The same for a changed one. */
export const allocateForUpdate = (
  service: LiveObject,
  old: LiveObject,
  context: StrategyContext,
): readonly FieldError[] => {
  const families = initFamilies(service, old);
  if (families.length > 0) return families;
  if (typeOf(old) === "ExternalName" && needsClusterIP(service)) {
    const addresses = allocateClusterIPs(service, context);
    if (addresses.length > 0) return addresses;
  }
  const take = portsFrom(context);
  const ports = takesNodePorts(service) ? updateNodePorts(service, old, take) : [];
  if (ports.length === 0 && needsHealthCheck(service) && !needsHealthCheck(old)) allocateHealthCheck(service, take);
  return ports;
};
