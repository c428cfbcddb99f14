import type { LiveObject, Value, ValueMap } from "../json.ts";
import { create, remove, replace, resources } from "./decision.ts";
import type { Decision, Write } from "./decision.ts";
import { isActive, isEnding, isReady } from "./pods.ts";
import { controllerRef } from "./template.ts";
import type { View } from "./view.ts";
import { mapAt, mapsAt, textAt, boolAt, stringsAt } from "../reading.ts";
import { sameMeaning } from "../equal.ts";

const SERVICE_NAME = "kubernetes.io/service-name";
const MANAGED_BY = "endpointslice.kubernetes.io/managed-by";
const SLICE_CONTROLLER = "endpointslice-controller.k8s.io";

const nameOf = (object: LiveObject): string => textAt(object.metadata, "name");

const containerPort = (pods: readonly LiveObject[], name: string): Value | undefined =>
  pods
    .flatMap((pod) => mapsAt(mapAt(pod, "spec"), "containers"))
    .flatMap((container) => mapsAt(container, "ports"))
    .find((port) => port["name"] === name)?.["containerPort"];

const portsOf = (service: LiveObject, pods: readonly LiveObject[]): readonly ValueMap[] =>
  mapsAt(mapAt(service, "spec"), "ports").flatMap((port): readonly ValueMap[] => {
    const target = port["targetPort"] ?? port["port"];
    const number = typeof target === "string" ? containerPort(pods, target) : target;
    if (number === undefined) return [];
    return [{ name: textAt(port, "name"), port: number, protocol: textAt(port, "protocol") || "TCP" }];
  });

const targetOf = (pod: LiveObject): ValueMap => ({
  kind: "Pod",
  name: nameOf(pod),
  namespace: textAt(pod.metadata, "namespace"),
  uid: textAt(pod.metadata, "uid"),
});

const addressOf = (pod: LiveObject): string => textAt(mapAt(pod, "status"), "podIP");

/** A pod that no controller made may be on no node: there is no scheduler. */
const nodeOf = (pod: LiveObject): ValueMap => {
  const nodeName = textAt(mapAt(pod, "spec"), "nodeName");
  return nodeName === "" ? {} : { nodeName };
};

const endpoint = (pod: LiveObject): ValueMap => {
  const ready = isReady(pod) && !isEnding(pod);
  return {
    addresses: [addressOf(pod)],
    conditions: { ready, serving: isReady(pod), terminating: isEnding(pod) },
    ...nodeOf(pod),
    targetRef: targetOf(pod),
  };
};

const sliceWrites = (service: LiveObject, pods: readonly LiveObject[], view: View): readonly Write[] => {
  const [slice, ...more] = view.owned(resources.endpointSlices, service);
  const content: ValueMap = {
    addressType: "IPv4",
    endpoints: pods.map(endpoint),
    ports: pods.length === 0 ? [] : [...portsOf(service, pods)],
  };
  const spare = more.map((each) => remove(resources.endpointSlices, each));
  if (slice === undefined) {
    const labels = {
      ...stringsAt(service.metadata, "labels"),
      [MANAGED_BY]: SLICE_CONTROLLER,
      [SERVICE_NAME]: nameOf(service),
    };
    const metadata = { generateName: `${nameOf(service)}-`, labels, ownerReferences: [controllerRef(service)] };
    return [
      create(resources.endpointSlices, textAt(service.metadata, "namespace"), { metadata, ...content }),
      ...spare,
    ];
  }
  const isSame = sameMeaning(slice["endpoints"], content["endpoints"]) && sameMeaning(slice["ports"], content["ports"]);
  return isSame ? spare : [replace(resources.endpointSlices, { ...slice, ...content }), ...spare];
};

const endpointsWrites = (service: LiveObject, pods: readonly LiveObject[], view: View): readonly Write[] => {
  const namespace = textAt(service.metadata, "namespace");
  const known = view.read(resources.endpoints, namespace, nameOf(service));
  const addresses = (list: readonly LiveObject[]): ValueMap[] =>
    list.map((pod) => ({
      ip: addressOf(pod),
      ...nodeOf(pod),
      targetRef: targetOf(pod),
    }));
  const [ready, notReady] = [pods.filter(isReady), pods.filter((pod) => !isReady(pod))];
  const ports = portsOf(service, pods).map(({ name, ...port }) => (name === "" ? port : { name: name ?? "", ...port }));
  const subset: ValueMap = {
    ...(ready.length === 0 ? {} : { addresses: addresses(ready) }),
    ...(notReady.length === 0 ? {} : { notReadyAddresses: addresses(notReady) }),
    ports,
  };
  const subsets = pods.length === 0 ? [] : [subset];
  if (known !== undefined && sameMeaning(known["subsets"], subsets)) return [];
  if (known !== undefined) return [replace(resources.endpoints, { ...known, subsets })];
  const labels = {
    ...stringsAt(service.metadata, "labels"),
    "endpoints.kubernetes.io/managed-by": "endpoint-controller",
  };
  return [create(resources.endpoints, namespace, { metadata: { name: nameOf(service), labels }, subsets })];
};

/** The addresses of the pods that a Service selects, in both of the API's forms. */
export const decideEndpoints = (service: LiveObject, view: View): Decision => {
  const selector = mapAt(service, "spec") === undefined ? {} : stringsAt(mapAt(service, "spec"), "selector");
  const wanted = Object.entries(selector);
  if (wanted.length === 0 || isEnding(service) || textAt(mapAt(service, "spec"), "type") === "ExternalName") {
    return { writes: [] };
  }
  const publishes = boolAt(mapAt(service, "spec"), "publishNotReadyAddresses");
  const pods = view
    .list(resources.pods, textAt(service.metadata, "namespace"))
    .filter((pod) => wanted.every(([key, value]) => stringsAt(pod.metadata, "labels")[key] === value))
    .filter((pod) => addressOf(pod) !== "" && (isActive(pod) || publishes));
  return { writes: [...endpointsWrites(service, pods, view), ...sliceWrites(service, pods, view)] };
};
