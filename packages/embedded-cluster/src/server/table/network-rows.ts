import type { Value, ValueMap } from "../../json.ts";
import {
  fieldsOf,
  hasEntries,
  isSet,
  numberOf,
  structsOf,
  textOf,
  textsOf,
} from "../../kinds/validation/read-value.ts";
import { named } from "./core-rows.ts";
import {
  ageOf,
  firstThree,
  labelsText,
  metaOf,
  nameOf,
  or,
  type RowCells,
  selectorText,
  sortedTexts,
  specOf,
  statusOf,
  textOr,
} from "./cell-texts.ts";

const loadBalancerText = (object: Readonly<ValueMap>): string => {
  const ingress = structsOf(fieldsOf(statusOf(object)["loadBalancer"])["ingress"]);
  const addresses = ingress.map((each) => or(textOf(each["ip"]), textOf(each["hostname"])));
  return sortedTexts(addresses.filter((address) => address !== "")).join(",");
};

const externalAddress = (service: Readonly<ValueMap>): string => {
  const spec = specOf(service);
  const external = textsOf(spec["externalIPs"]);
  switch (textOf(spec["type"])) {
    case "ClusterIP":
    case "NodePort":
      return or(external.join(","), "<none>");
    case "LoadBalancer": {
      const balancer = loadBalancerText(service);
      return or([...(balancer === "" ? [] : [balancer]), ...external].join(","), "<pending>");
    }
    case "ExternalName":
      return textOf(spec["externalName"]);
    default:
      return "<unknown>";
  }
};

const portText = (port: Readonly<ValueMap>): string => {
  const nodePort = numberOf(port["nodePort"]);
  return `${numberOf(port["port"])}${nodePort > 0 ? `:${nodePort}` : ""}/${textOf(port["protocol"])}`;
};

const service: RowCells = (object, context) => {
  const spec = specOf(object);
  return [
    nameOf(object),
    textOf(spec["type"]),
    textOr(textsOf(spec["clusterIPs"])[0], "<none>"),
    externalAddress(object),
    or(structsOf(spec["ports"]).map(portText).join(","), "<none>"),
    ageOf(object, context),
    labelsText(spec["selector"]),
  ];
};

/** Hosts of the first rules; the count of more is one of rules, not of hosts. */
const hostsText = (rules: readonly ValueMap[]): string => {
  const hosts: string[] = [];
  for (const [at, rule] of rules.entries()) {
    if (hosts.length === 3 && at < rules.length) return `${hosts.join(",")} + ${rules.length - 3} more...`;
    const host = textOf(rule["host"]);
    if (host !== "") hosts.push(host);
  }
  return or(hosts.join(","), "*");
};

const ingress = named((object) => {
  const spec = specOf(object);
  const className = textOr(spec["ingressClassName"], "<none>");
  const ports = hasEntries(spec["tls"]) ? "80, 443" : "80";
  return [className, hostsText(structsOf(spec["rules"])), loadBalancerText(object), ports];
});

const ingressClass: RowCells = (object, context) => {
  const isDefault = fieldsOf(metaOf(object)["annotations"])["ingressclass.kubernetes.io/is-default-class"] === "true";
  const { controller, parameters } = specOf(object);
  const { apiGroup, kind, name } = fieldsOf(parameters);
  const group = isSet(apiGroup) ? `.${textOf(apiGroup)}` : "";
  const shown = isSet(parameters) ? `${textOf(kind)}${group}/${textOf(name)}` : "<none>";
  return [`${nameOf(object)}${isDefault ? " (default)" : ""}`, textOf(controller), shown, ageOf(object, context)];
};

const hostPort = (host: string, port: Value | undefined): string =>
  host.includes(":") ? `[${host}]:${numberOf(port)}` : `${host}:${numberOf(port)}`;

const endpoints = named((object) => {
  const all = structsOf(object["subsets"]).flatMap((subset) => {
    const addresses = structsOf(subset["addresses"]).map((address) => textOf(address["ip"]));
    const ports = structsOf(subset["ports"]);
    return ports.length === 0
      ? addresses
      : ports.flatMap((port) => addresses.map((address) => hostPort(address, port["port"])));
  });
  return [hasEntries(object["subsets"]) ? firstThree(all) : "<none>"];
});

const endpointSlice = named((object) => {
  const ports = structsOf(object["ports"]).map(({ name, port }) => textOr(port, textOr(name, "*")));
  const addresses = structsOf(object["endpoints"]).flatMap((endpoint) => textsOf(endpoint["addresses"]));
  return [textOf(object["addressType"]), or(firstThree(ports), "<unset>"), or(firstThree(addresses), "<unset>")];
});

/** Cells of what carries traffic, by group and kind. */
export const networkRows: Readonly<Record<string, RowCells>> = {
  "/Endpoints": endpoints,
  "/Service": service,
  "discovery.k8s.io/EndpointSlice": endpointSlice,
  "networking.k8s.io/Ingress": ingress,
  "networking.k8s.io/IngressClass": ingressClass,
  "networking.k8s.io/NetworkPolicy": named((object) => [or(selectorText(specOf(object)["podSelector"]), "<none>")]),
};
