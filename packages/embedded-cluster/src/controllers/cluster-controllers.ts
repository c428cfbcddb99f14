import type { ApiHandler } from "../server/exchange.ts";
import type { Store, StoreKey, Stored } from "../store/store.ts";
import { decideAccount, decideRootCa } from "./accounts.ts";
import { decideGarbage, ownersOf } from "./collect-garbage.ts";
import type { Held } from "./collect-garbage.ts";
import { keyFor, splitKey } from "./controller.ts";
import type { Controller } from "./controller.ts";
import { NOTHING, resources } from "./decision.ts";
import { decideNamespace } from "./namespace-content.ts";
import { idOf } from "./owner-index.ts";
import type { OwnerIndex } from "./owner-index.ts";
import { controllerOf, nameOfResource } from "./workload-controllers.ts";
import { textAt } from "../reading.ts";

const { configMaps, namespaces, serviceAccounts } = resources;

/** A resource that the cluster serves, by its names in the store. */
export interface ServedResource extends Pick<StoreKey, "group" | "plural"> {
  readonly namespaced: boolean;
}

const heldOf = (store: Store, key: StoreKey): Held | undefined => {
  const object = store.read(key);
  return object === undefined ? undefined : { plural: key.plural, object };
};

/** Deletes what nobody owns any more, and holds owners whose deletion waits for what they own. */
export const garbageCollector = (store: Store, index: OwnerIndex): Controller => {
  const keys = new Map<string, StoreKey>();
  const remember = (key: StoreKey): string => {
    const id = idOf(key);
    keys.set(id, key);
    return id;
  };
  const around = {
    find: (uid: string): Held | undefined => {
      const key = index.keyOf(uid);
      return key === undefined ? undefined : heldOf(store, key);
    },
    dependents: (uid: string): readonly Held[] => index.dependents(uid).flatMap((key) => heldOf(store, key) ?? []),
  };
  const ownersWaiting = (json: string): boolean => json.includes('"ownerReferences"') || json.includes('"finalizers"');
  return {
    name: "garbage-collector",
    hears: ["*"],
    keysOf: (notice) => {
      if (notice.type !== "DELETED") return ownersWaiting(notice.json) ? [remember(notice.key)] : [];
      const object = notice.json.includes('"ownerReferences"') ? notice.object() : undefined;
      const owners = object === undefined ? [] : ownersOf(object);
      const waiting = owners.flatMap((owner) => index.keyOf(textAt(owner, "uid")) ?? []);
      const dependents = index.dependents(index.uidIn(notice.json));
      return [...waiting, ...dependents].map(remember);
    },
    decide: (id) => {
      const key = keys.get(id);
      keys.delete(id);
      const held = key === undefined ? undefined : heldOf(store, key);
      return held === undefined ? NOTHING : decideGarbage(held, around);
    },
  };
};

/** Empties namespaces that end. */
export const namespaceController = (store: Store, served: () => Promise<readonly ServedResource[]>): Controller => {
  const ending = new Set<string>();
  return {
    name: "namespace",
    hears: ["*"],
    keysOf: (notice) => {
      const { name, namespace } = notice.key;
      if (namespace === "" && notice.key.plural === "namespaces" && notice.key.group === "") {
        if (notice.type === "DELETED" || !notice.json.includes('"deletionTimestamp"')) ending.delete(name);
        else ending.add(name);
        return ending.has(name) ? [keyFor("", name)] : [];
      }
      return namespace !== "" && ending.has(namespace) ? [keyFor("", namespace)] : [];
    },
    decide: async (key, view) => {
      const [, name] = splitKey(key);
      const all = (await served()).filter(({ namespaced }) => namespaced);
      const namespace = view.read(namespaces, "", name);
      if (namespace === undefined) return NOTHING;
      const stored: readonly Stored[] = all.flatMap(({ group, plural }) => store.list(group, plural, name));
      return decideNamespace(
        namespace,
        stored.flatMap((each) => heldOf(store, each.key) ?? []),
        view.nowMs,
      );
    },
  };
};

const perNamespace = (controller: Controller, plural: string): Controller => ({
  ...controller,
  hears: [nameOfResource(namespaces), `/${plural}`],
  keysOf: ({ key, type }) => {
    if (key.plural === "namespaces") return [keyFor("", key.name)];
    return type === "DELETED" ? [keyFor("", key.namespace)] : [];
  },
});

export const accountController: Controller = perNamespace(
  controllerOf("serviceaccount", namespaces, [], decideAccount),
  serviceAccounts.plural,
);

export const rootCaController = (caCert: string): Controller =>
  perNamespace(
    controllerOf("root-ca", namespaces, [], (namespace, view) => decideRootCa(namespace, caCert, view)),
    configMaps.plural,
  );

/** What the cluster serves, by its own discovery. */
export const servedResources = async (handle: ApiHandler, signal: AbortSignal): Promise<readonly ServedResource[]> => {
  const accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
  const user = { name: "system:kube-controller-manager", groups: ["system:authenticated"] };
  const found = new Map<string, ServedResource>();
  for (const path of ["/api", "/apis"]) {
    const answer = await handle({ method: "GET", path, headers: { accept }, body: new Uint8Array(), user, signal });
    if (answer.kind === "stream" || answer.status !== 200) continue;
    const { items = [] } = JSON.parse(answer.body) as Partial<DiscoveryList>;
    for (const { metadata, versions } of items) {
      for (const { resource, scope } of versions.flatMap((version) => version.resources ?? [])) {
        const group = metadata.name ?? "";
        found.set(`${group}/${resource}`, { group, plural: resource, namespaced: scope === "Namespaced" });
      }
    }
  }
  return [...found.values()];
};

interface DiscoveryList {
  readonly items: readonly {
    readonly metadata: { readonly name?: string };
    readonly versions: readonly {
      readonly resources?: readonly { readonly resource: string; readonly scope: string }[];
    }[];
  }[];
}
