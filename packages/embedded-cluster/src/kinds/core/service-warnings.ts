import type { LiveObject } from "../../json.ts";
import { cidrWarnings } from "../validation/cidr.ts";
import { ipWarnings } from "../validation/ip-address.ts";
import { fieldsOf, textOf, textsOf } from "../validation/read-value.ts";
import { clusterIPsOf, specOf, typeOf } from "./service-type.ts";

const hints = "service.kubernetes.io/topology-aware-hints";

/** What the server warns of in a Service that it accepts (api/service/warnings.go). */
export const serviceWarnings = (service: LiveObject): readonly string[] => {
  const spec = specOf(service);
  const type = typeOf(service);
  const externalIPs = textsOf(spec["externalIPs"]);
  const [address, balancerIP] = [textOf(spec["clusterIP"]), textOf(spec["loadBalancerIP"])];
  const headless = type === "ClusterIP" && address === "None";
  const warnings: string[] = [];
  if (Object.hasOwn(fieldsOf(service.metadata["annotations"]), hints))
    warnings.push(`annotation ${hints} is deprecated, please use service.kubernetes.io/topology-mode instead`);
  if (address !== "" && address !== "None")
    warnings.push(...clusterIPsOf(service).flatMap((ip, index) => ipWarnings(ip, `spec.clusterIPs[${index}]`)));
  if (headless) {
    if (balancerIP !== "") warnings.push("spec.loadBalancerIP is ignored for headless services");
    if (externalIPs.length > 0) warnings.push("spec.externalIPs is ignored for headless services");
    if (spec["sessionAffinity"] !== "None") warnings.push("spec.SessionAffinity is ignored for headless services");
  }
  warnings.push(...externalIPs.flatMap((ip, index) => ipWarnings(ip, `spec.externalIPs[${index}]`)));
  if (externalIPs.length > 0 && !headless && type !== "ExternalName")
    warnings.push("spec.externalIPs is deprecated and may no longer be implemented in some clusters");
  if (balancerIP !== "") warnings.push(...ipWarnings(balancerIP, "spec.loadBalancerIP"));
  for (const [index, range] of textsOf(spec["loadBalancerSourceRanges"]).entries())
    warnings.push(...cidrWarnings(range, `spec.loadBalancerSourceRanges[${index}]`));
  if (type === "ExternalName" && externalIPs.length > 0)
    warnings.push('spec.externalIPs is ignored when spec.type is "ExternalName"');
  if (type !== "ExternalName" && textOf(spec["externalName"]) !== "")
    warnings.push('spec.externalName is ignored when spec.type is not "ExternalName"');
  if (spec["trafficDistribution"] === "PreferClose")
    warnings.push('spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"');
  return warnings;
};
