import { parseJson } from "@evenkeel/resource";

import { type LiveObject, type Value, type ValueMap, copyOf, isMap } from "../json.ts";
import type { Call } from "./cluster-state.ts";
import { track } from "./field-tracking.ts";
import { internalCall } from "./internal-call.ts";
import { textOf } from "./object-rules.ts";
import { forbidden } from "./status.ts";
import { keyOf } from "./store-object.ts";

/** Core kinds that are also counted under their plain names. */
const PLAIN_NAMES: ReadonlySet<string> = new Set([
  "configmaps",
  "persistentvolumeclaims",
  "pods",
  "replicationcontrollers",
  "resourcequotas",
  "secrets",
  "services",
]);

const portsOf = (spec: ValueMap): number => (Array.isArray(spec["ports"]) ? spec["ports"].length : 0);

/** What one new object uses up; only counts are kept, not the sums of what pods ask for. */
const usageOf = (call: Call, object: LiveObject): ReadonlyMap<string, number> => {
  const { group, plural } = call.kind;
  const usage = new Map([[group === "" ? `count/${plural}` : `count/${plural}.${group}`, 1]]);
  if (group !== "") return usage;
  if (PLAIN_NAMES.has(plural)) usage.set(plural, 1);
  if (plural === "services") {
    const spec = isMap(object["spec"]) ? object["spec"] : {};
    const isBalanced = spec["type"] === "LoadBalancer";
    usage.set("services.loadbalancers", isBalanced ? 1 : 0);
    usage.set("services.nodeports", isBalanced || spec["type"] === "NodePort" ? portsOf(spec) : 0);
  }
  return usage;
};

const mapIn = (object: ValueMap, ...path: readonly string[]): ValueMap => {
  let at: Value | undefined = object;
  for (const field of path) at = isMap(at) ? at[field] : undefined;
  return isMap(at) ? at : {};
};

const listed = (names: readonly string[], valueOf: (name: string) => string): string =>
  names.map((name) => `${name}=${valueOf(name)}`).join(",");

/** Refuses what a quota does not allow, or gives its new `used`. Throws the server's 403. */
const charge = (call: Call, object: LiveObject, quota: LiveObject): ValueMap | undefined => {
  const [hard, used] = [mapIn(quota, "status", "hard"), mapIn(quota, "status", "used")];
  const usage = usageOf(call, object);
  const counted = [...usage.keys()].filter((name) => name in hard && (usage.get(name) ?? 0) > 0).toSorted();
  if (counted.length === 0) return undefined;
  const [name, quotaName] = [textOf(object.metadata["name"]), textOf(quota.metadata["name"])];
  const unknown = counted.filter((resource) => !(resource in used));
  if (unknown.length > 0) {
    throw forbidden(call.resource, name, `status unknown for quota: ${quotaName}, resources: ${unknown.join(",")}`);
  }
  const after = (resource: string): number => Number(used[resource]) + (usage.get(resource) ?? 0);
  const exceeded = counted.filter((resource) => after(resource) > Number(hard[resource]));
  if (exceeded.length > 0) {
    const requested = listed(exceeded, (resource) => String(usage.get(resource)));
    const had = listed(exceeded, (resource) => textOf(used[resource]));
    const limited = listed(exceeded, (resource) => textOf(hard[resource]));
    const why = `exceeded quota: ${quotaName}, requested: ${requested}, used: ${had}, limited: ${limited}`;
    throw forbidden(call.resource, name, why);
  }
  return { ...used, ...Object.fromEntries(counted.map((resource) => [resource, String(after(resource))])) };
};

const writeUsed = (call: Call, quota: LiveObject, used: ValueMap): void => {
  const kind = call.cluster.catalogue.findKind("", "ResourceQuota");
  if (kind === undefined) return;
  const name = textOf(quota.metadata["name"]);
  const inner = { ...internalCall(call.cluster, kind, call.namespace, name), subresource: "status" };
  const next = copyOf(quota);
  next["status"] = { ...mapIn(next, "status"), used };
  call.cluster.store.put(keyOf(inner, name), track(inner, quota, next, ""));
};

/** ResourceQuota: refuses one object too many, and writes down what is used, before the object is stored. */
export const checkQuota = (call: Call, object: LiveObject, dryRun: boolean): void => {
  if (!call.kind.namespaced) return;
  const quotas = call.cluster.store.list("", "resourcequotas", call.namespace);
  if (quotas.length === 0) return;
  const parsed = quotas.map(({ json }) => parseJson(json) as LiveObject);
  const charges = parsed.map((quota) => ({ quota, used: charge(call, object, quota) }));
  if (dryRun) return;
  for (const { quota, used } of charges) if (used !== undefined) writeUsed(call, quota, used);
};
