import type { LiveObject, ValueMap } from "../../json.ts";
import { isMap } from "../../json.ts";
import { mapsAt, textsAt, textAt, isSet, hasEntries } from "../../reading.ts";

/** A Service's spec; an empty one when it has none. Changes to the latter are lost. */
export const specOf = (service: LiveObject): ValueMap => (isMap(service["spec"]) ? service["spec"] : {});

export const typeOf = (service: LiveObject): string => textAt(specOf(service), "type");
export const portsOf = (service: LiveObject): readonly ValueMap[] => mapsAt(specOf(service), "ports");
export const clusterIPsOf = (service: LiveObject): readonly string[] => textsAt(specOf(service), "clusterIPs");

export const needsClusterIP = (service: LiveObject): boolean => typeOf(service) !== "ExternalName";

export const takesNodePorts = (service: LiveObject): boolean =>
  typeOf(service) === "NodePort" || typeOf(service) === "LoadBalancer";

/** Whether ports without a node port get one. */
export const allocatesNodePorts = (service: LiveObject): boolean =>
  typeOf(service) === "NodePort" ||
  (typeOf(service) === "LoadBalancer" && specOf(service)["allocateLoadBalancerNodePorts"] !== false);

export const isHeadless = (service: LiveObject): boolean => {
  const addresses = clusterIPsOf(service);
  return addresses.length === 1 && addresses[0] === "None";
};

export const isExternallyAccessible = (service: LiveObject): boolean =>
  takesNodePorts(service) || (typeOf(service) === "ClusterIP" && hasEntries(specOf(service)["externalIPs"]));

export const needsHealthCheck = (service: LiveObject): boolean =>
  typeOf(service) === "LoadBalancer" && specOf(service)["externalTrafficPolicy"] === "Local";

/** Sets a field, or takes it away when there is nothing to say. */
export const setField = (spec: ValueMap, field: string, value: ValueMap[string] | undefined): void => {
  if (!isSet(value) || value === "" || value === 0 || (Array.isArray(value) && value.length === 0)) delete spec[field];
  else spec[field] = value;
};

export const sameTexts = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((text, index) => text === b[index]);
