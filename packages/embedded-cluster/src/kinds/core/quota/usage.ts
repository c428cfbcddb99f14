import type { LiveObject, Value } from "../../../json.ts";
import { addQuantities, compareQuantities, parseQuantity, type Quantity } from "../../validation/quantity.ts";
import { fieldsOf, numberOf, structsOf, textOf } from "../../validation/read-value.ts";
import { isNativeResource } from "../../validation/resource-names.ts";
import { allocatesNodePorts, portsOf, typeOf } from "../service-type.ts";

/** Amounts by the name under which a quota counts them. */
export type Usage = ReadonlyMap<string, Quantity>;

/** The resource that an object is of. */
export interface Counted {
  readonly group: string;
  readonly plural: string;
}

const shortNames: ReadonlySet<string> = new Set([
  "configmaps",
  "persistentvolumeclaims",
  "pods",
  "replicationcontrollers",
  "resourcequotas",
  "secrets",
  "services",
]);

const count = (number: number): Quantity => ({ unscaled: BigInt(number), scale: 0, format: "DecimalSI" });

const amountsOf = (list: Value | undefined): ReadonlyMap<string, Quantity> =>
  new Map(Object.entries(fieldsOf(list)).map(([name, text]) => [name, parseQuantity(textOf(text))]));

const sum = (a: Usage, b: Usage): Usage => {
  const result = new Map(a);
  for (const [name, amount] of b) {
    const before = result.get(name);
    result.set(name, before === undefined ? amount : addQuantities(before, amount));
  }
  return result;
};

const most = (a: Usage, b: Usage): Usage => {
  const result = new Map(a);
  for (const [name, amount] of b) {
    const before = result.get(name);
    if (before === undefined || compareQuantities(amount, before) > 0) result.set(name, amount);
  }
  return result;
};

/** What a pod asks for: its containers together, or more where an init container needs it; sidecars stay. */
const podAmounts = (pod: LiveObject, key: "requests" | "limits"): Usage => {
  const spec = fieldsOf(pod["spec"]);
  const of = (container: Value): Usage => amountsOf(fieldsOf(fieldsOf(container)["resources"])[key]);
  let running: Usage = new Map();
  for (const container of structsOf(spec["containers"])) running = sum(running, of(container));
  let sidecars: Usage = new Map();
  let starting: Usage = new Map();
  for (const container of structsOf(spec["initContainers"])) {
    const own = of(container);
    if (container["restartPolicy"] === "Always") {
      sidecars = sum(sidecars, own);
      running = sum(running, own);
      starting = most(starting, sidecars);
    } else starting = most(starting, sum(own, sidecars));
  }
  const total = most(running, starting);
  const overhead = amountsOf(spec["overhead"]);
  return total.size === 0 && key === "limits" ? total : sum(total, overhead);
};

const computeNames = ["cpu", "memory", "ephemeral-storage"];

/** Requests and limits under the names of a quota. */
export const computeUsage = (requests: Usage, limits: Usage): Usage => {
  const result = new Map<string, Quantity>([["pods", count(1)]]);
  for (const name of computeNames) {
    const [request, limit] = [requests.get(name), limits.get(name)];
    if (request !== undefined) result.set(name, request).set(`requests.${name}`, request);
    if (limit !== undefined) result.set(`limits.${name}`, limit);
  }
  for (const [name, request] of requests) {
    if (name.startsWith("hugepages-")) result.set(name, request).set(`requests.${name}`, request);
    if (!isNativeResource(name)) result.set(`requests.${name}`, request);
  }
  return result;
};

const podUsage = (pod: LiveObject): Usage => {
  const phase = fieldsOf(pod["status"])["phase"];
  if (phase === "Failed" || phase === "Succeeded") return new Map();
  return computeUsage(podAmounts(pod, "requests"), podAmounts(pod, "limits"));
};

const serviceUsage = (service: LiveObject): Usage => {
  const type = typeOf(service);
  const ports = allocatesNodePorts(service)
    ? portsOf(service)
    : portsOf(service).filter((port) => type === "LoadBalancer" && numberOf(port["nodePort"]) !== 0);
  return new Map([
    ["services.loadbalancers", count(type === "LoadBalancer" ? 1 : 0)],
    ["services.nodeports", count(ports.length)],
  ]);
};

const claimUsage = (claim: LiveObject): Usage => {
  const spec = fieldsOf(claim["spec"]);
  const storage = amountsOf(fieldsOf(spec["resources"])["requests"]).get("storage");
  const className = textOf(spec["storageClassName"]);
  const prefix = `${className}.storageclass.storage.k8s.io/`;
  return new Map([
    ...(storage === undefined ? [] : [["requests.storage", storage] as const]),
    ...(className === "" ? [] : [[`${prefix}persistentvolumeclaims`, count(1)] as const]),
    ...(className === "" || storage === undefined ? [] : [[`${prefix}requests.storage`, storage] as const]),
  ]);
};

const special: Readonly<Record<string, (object: LiveObject) => Usage>> = {
  "/persistentvolumeclaims": claimUsage,
  "/pods": podUsage,
  "/services": serviceUsage,
};

/** What one object uses of a quota. */
export const usageOf = ({ group, plural }: Counted, object: LiveObject): Usage => {
  const own: Usage = new Map([
    [`count/${plural}${group === "" ? "" : `.${group}`}`, count(1)],
    ...(group === "" && shortNames.has(plural) ? [[plural, count(1)] as const] : []),
  ]);
  const more = special[`${group}/${plural}`]?.(object) ?? new Map<string, Quantity>();
  return new Map([...own, ...more]);
};
