import type { LiveObject, ValueMap } from "../../json.ts";
import { isMap } from "../../json.ts";
import { hasEntries, mapsAt, textAt, textsAt } from "../../reading.ts";

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
  takesNodePorts(service) && specOf(service)["allocateLoadBalancerNodePorts"] !== false;

export const isExternallyAccessible = (service: LiveObject): boolean =>
  takesNodePorts(service) || (typeOf(service) === "ClusterIP" && hasEntries(specOf(service)["externalIPs"]));
