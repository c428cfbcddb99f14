import { parseJson } from "@evenkeel/resource";

import { type Value, type ValueMap, isMap } from "../json.ts";
import type { Store, StoreKey } from "../store/store.ts";

/** Addresses and node ports that Services of a cluster hold. */
export interface Allocations {
  readonly holdsAddress: (address: string) => boolean;
  readonly holdsPort: (port: number) => boolean;
}

interface Held {
  readonly addresses: readonly string[];
  readonly ports: readonly number[];
}

const items = (value: Value | undefined): readonly Value[] => (Array.isArray(value) ? value : []);

const heldBy = (service: ValueMap): Held => {
  const spec = isMap(service["spec"]) ? service["spec"] : {};
  const addresses = [...items(spec["clusterIPs"]), spec["clusterIP"]];
  const ports = items(spec["ports"]).map((port) => (isMap(port) ? port["nodePort"] : undefined));
  return {
    addresses: addresses.filter((address) => typeof address === "string"),
    ports: [...ports, spec["healthCheckNodePort"]].filter((port) => typeof port === "number"),
  };
};

const idOf = (key: StoreKey): string => `${key.namespace}/${key.name}`;

/** Follows a store's Services from the first question on; what a request has only reserved is not known here. */
export const followAllocations = (store: Store): Allocations => {
  let held: Map<string, Held> | undefined;
  const all = (): Map<string, Held> => {
    if (held !== undefined) return held;
    const known = new Map<string, Held>();
    for (const { key, json } of store.list("", "services")) known.set(idOf(key), heldBy(parseJson(json) as ValueMap));
    store.subscribe("", "services", ({ type, object }) => {
      if (type === "DELETED") known.delete(idOf(object.key));
      else known.set(idOf(object.key), heldBy(parseJson(object.json) as ValueMap));
    });
    held = known;
    return known;
  };
  return {
    holdsAddress: (address) => [...all().values()].some(({ addresses }) => addresses.includes(address)),
    holdsPort: (port) => [...all().values()].some(({ ports }) => ports.includes(port)),
  };
};
