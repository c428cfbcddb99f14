import { isMap, type LiveObject } from "../../json.ts";
import { fill, fillZero, isPresent, mapIn, mapsAt } from "../../reading.ts";
import { isExternallyAccessible, needsClusterIP, portsOf, specOf, typeOf } from "./service-type.ts";

const AFFINITY_SECONDS = 10_800;

/** What the server fills in on decoding a Service. */
export const serviceDefaults = (service: LiveObject): void => {
  if (!isMap(service["spec"])) service["spec"] = {};
  const spec = specOf(service);
  fillZero(spec, "sessionAffinity", "None");
  if (spec["sessionAffinity"] === "None") delete spec["sessionAffinityConfig"];
  else if (!isPresent(mapIn(spec, "sessionAffinityConfig", "clientIP"), "timeoutSeconds"))
    spec["sessionAffinityConfig"] = { clientIP: { timeoutSeconds: AFFINITY_SECONDS } };
  fillZero(spec, "type", "ClusterIP");
  for (const port of portsOf(service)) {
    fillZero(port, "protocol", "TCP");
    fillZero(port, "targetPort", port["port"] ?? 0);
  }
  if (isExternallyAccessible(service)) fillZero(spec, "externalTrafficPolicy", "Cluster");
  if (needsClusterIP(service)) fill(spec, "internalTrafficPolicy", "Cluster");
  if (typeOf(service) !== "LoadBalancer") return;
  fill(spec, "allocateLoadBalancerNodePorts", true);
  for (const ingress of mapsAt(mapIn(service, "status", "loadBalancer"), "ingress"))
    if (isPresent(ingress, "ip")) fill(ingress, "ipMode", "VIP");
};
