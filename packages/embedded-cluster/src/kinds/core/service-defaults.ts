import { isMap, type LiveObject } from "../../json.ts";
import { isExternallyAccessible, portsOf, specOf, typeOf } from "./service-type.ts";
import { mapAt, mapsAt, textAt, numberAt, isPresent, mapIn, isSet } from "../../reading.ts";

const affinitySeconds = 10_800;

const defaultAffinity = (service: LiveObject): void => {
  const spec = specOf(service);
  if (textAt(spec, "sessionAffinity") === "") spec["sessionAffinity"] = "None";
  if (spec["sessionAffinity"] === "None") delete spec["sessionAffinityConfig"];
  if (spec["sessionAffinity"] !== "ClientIP") return;
  if (!isPresent(mapIn(spec, "sessionAffinityConfig", "clientIP"), "timeoutSeconds"))
    spec["sessionAffinityConfig"] = { clientIP: { timeoutSeconds: affinitySeconds } };
};

const defaultPorts = (service: LiveObject): void => {
  for (const port of portsOf(service)) {
    if (textAt(port, "protocol") === "") port["protocol"] = "TCP";
    const target = port["targetPort"];
    if (!isSet(target) || target === "" || target === 0) port["targetPort"] = numberAt(port, "port") ?? 0;
  }
};

/** What the server fills in on decoding a Service. */
export const serviceDefaults = (service: LiveObject): void => {
  if (!isMap(service["spec"])) service["spec"] = {};
  const spec = specOf(service);
  defaultAffinity(service);
  if (textAt(spec, "type") === "") spec["type"] = "ClusterIP";
  defaultPorts(service);
  if (isExternallyAccessible(service) && textAt(spec, "externalTrafficPolicy") === "")
    spec["externalTrafficPolicy"] = "Cluster";
  const inside = ["NodePort", "LoadBalancer", "ClusterIP"].includes(typeOf(service));
  if (!isPresent(spec, "internalTrafficPolicy") && inside) spec["internalTrafficPolicy"] = "Cluster";
  if (typeOf(service) !== "LoadBalancer") return;
  if (!isPresent(spec, "allocateLoadBalancerNodePorts")) spec["allocateLoadBalancerNodePorts"] = true;
  const balancer = mapAt(mapAt(service, "status"), "loadBalancer");
  for (const ingress of mapsAt(balancer, "ingress"))
    if (textAt(ingress, "ip") !== "" && !isPresent(ingress, "ipMode")) ingress["ipMode"] = "VIP";
};
