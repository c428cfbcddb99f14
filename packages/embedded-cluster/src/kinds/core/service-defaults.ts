import { isMap, type LiveObject } from "../../json.ts";
import { isSet, numberOf, structsOf, textOf } from "../validation/read-value.ts";
import { fieldsOf } from "../validation/read-value.ts";
import { isExternallyAccessible, portsOf, specOf, typeOf } from "./service-type.ts";

const affinitySeconds = 10_800;

const defaultAffinity = (service: LiveObject): void => {
  const spec = specOf(service);
  if (textOf(spec["sessionAffinity"]) === "") spec["sessionAffinity"] = "None";
  if (spec["sessionAffinity"] === "None") delete spec["sessionAffinityConfig"];
  if (spec["sessionAffinity"] !== "ClientIP") return;
  const { clientIP } = fieldsOf(spec["sessionAffinityConfig"]);
  if (!isSet(fieldsOf(clientIP)["timeoutSeconds"]))
    spec["sessionAffinityConfig"] = { clientIP: { timeoutSeconds: affinitySeconds } };
};

const defaultPorts = (service: LiveObject): void => {
  for (const port of portsOf(service)) {
    if (textOf(port["protocol"]) === "") port["protocol"] = "TCP";
    const target = port["targetPort"];
    if (!isSet(target) || target === "" || target === 0) port["targetPort"] = numberOf(port["port"]);
  }
};

/** What the server fills in on decoding a Service. */
export const serviceDefaults = (service: LiveObject): void => {
  if (!isMap(service["spec"])) service["spec"] = {};
  const spec = specOf(service);
  defaultAffinity(service);
  if (textOf(spec["type"]) === "") spec["type"] = "ClusterIP";
  defaultPorts(service);
  if (isExternallyAccessible(service) && textOf(spec["externalTrafficPolicy"]) === "")
    spec["externalTrafficPolicy"] = "Cluster";
  const inside = ["NodePort", "LoadBalancer", "ClusterIP"].includes(typeOf(service));
  if (!isSet(spec["internalTrafficPolicy"]) && inside) spec["internalTrafficPolicy"] = "Cluster";
  if (typeOf(service) !== "LoadBalancer") return;
  if (!isSet(spec["allocateLoadBalancerNodePorts"])) spec["allocateLoadBalancerNodePorts"] = true;
  const balancer = fieldsOf(fieldsOf(service["status"])["loadBalancer"]);
  for (const ingress of structsOf(balancer["ingress"]))
    if (textOf(ingress["ip"]) !== "" && !isSet(ingress["ipMode"])) ingress["ipMode"] = "VIP";
};
