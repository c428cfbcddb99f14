import { parseJson } from "@evenkeel/resource";

import { type LiveObject, isMap } from "../json.ts";
import { eventWindow } from "./event-window.ts";
import { type ResourceTable, pathOf, resourceTable } from "./resource-table.ts";
import { writeJson } from "./write-json.ts";
import type { Store, StoreEvent, StoreKey, Stored } from "./store.ts";

/** An event of a change holds the text before it: with 500 clusters in one process this is what counts. */
const DEFAULT_WINDOW = 500;

type Listener = (event: StoreEvent) => void;

const resourceOf = (group: string, plural: string): string => (group === "" ? plural : `${group}/${plural}`);

/** The resourceVersion stands in the object as text: the only thing that the store itself writes there. */
const encode = (object: LiveObject, resourceVersion: number): string => {
  const metadata = isMap(object.metadata) ? object.metadata : {};
  return writeJson({ ...object, metadata: { ...metadata, resourceVersion: String(resourceVersion) } });
};

/** The objects of one cluster, kept as JSON text; empty it costs a few hundred bytes. */
export const openStore = (options: { readonly eventWindow?: number | undefined } = {}): Store => {
  const tables = new Map<string, ResourceTable>();
  const listeners = new Map<string, Set<Listener>>();
  const allListeners = new Set<Listener>();
  const window = eventWindow(options.eventWindow ?? DEFAULT_WINDOW);
  let revision = 0;

  const tell = (event: StoreEvent): void => {
    const { group, plural } = event.object.key;
    // Whoever writes while being told is told of that later, in order.
    for (const listener of listeners.get(resourceOf(group, plural)) ?? []) listener(event);
    for (const listener of allListeners) listener(event);
  };

  const pending: StoreEvent[] = [];
  let telling = false;
  const announce = (event: StoreEvent): void => {
    window.push(event);
    pending.push(event);
    if (telling) return;
    telling = true;
    try {
      for (let next = pending.shift(); next !== undefined; next = pending.shift()) tell(next);
    } finally {
      telling = false;
    }
  };

  const tableFor = (key: StoreKey): ResourceTable => {
    const resource = resourceOf(key.group, key.plural);
    const known = tables.get(resource);
    if (known !== undefined) return known;
    const made = resourceTable();
    tables.set(resource, made);
    return made;
  };
  const get = (key: StoreKey): Stored | undefined => tables.get(resourceOf(key.group, key.plural))?.get(pathOf(key));

  return {
    revision: () => revision,
    oldest: () => window.oldest(),
    get,
    read: (key) => {
      const stored = get(key);
      return stored === undefined ? undefined : (parseJson(stored.json) as LiveObject);
    },
    list: (group, plural, namespace) => {
      const all = tables.get(resourceOf(group, plural))?.inOrder() ?? [];
      return namespace === undefined ? all : all.filter((stored) => stored.key.namespace === namespace);
    },
    put: (key, object) => {
      const table = tableFor(key);
      const path = pathOf(key);
      const previous = table.get(path);
      revision += 1;
      const stored: Stored = { key: previous?.key ?? key, json: encode(object, revision), resourceVersion: revision };
      table.set(path, stored);
      announce(
        previous === undefined
          ? { type: "ADDED", resourceVersion: revision, object: stored }
          : { type: "MODIFIED", resourceVersion: revision, object: stored, previous },
      );
      return stored;
    },
    remove: (key) => {
      const previous = get(key);
      if (previous === undefined) return undefined;
      tableFor(key).remove(pathOf(key));
      revision += 1;
      const json = encode(parseJson(previous.json) as LiveObject, revision);
      const last: Stored = { key: previous.key, json, resourceVersion: revision };
      announce({ type: "DELETED", resourceVersion: revision, object: last, previous });
      return last;
    },
    since: (group, plural, resourceVersion) =>
      resourceVersion < window.oldest()
        ? "expired"
        : window.after(resourceVersion, ({ object }) => object.key.group === group && object.key.plural === plural),
    subscribe: (group, plural, onEvent) => {
      const resource = resourceOf(group, plural);
      const own = listeners.get(resource) ?? new Set<Listener>();
      listeners.set(resource, own);
      const listener: Listener = (event) => onEvent(event); // the same function may subscribe twice
      own.add(listener);
      return () => {
        own.delete(listener);
        if (own.size === 0 && listeners.get(resource) === own) listeners.delete(resource);
      };
    },
    subscribeAll: (onEvent) => {
      const listener: Listener = (event) => onEvent(event);
      allListeners.add(listener);
      return () => void allListeners.delete(listener);
    },
    compact: () => window.clear(revision),
    snapshot: () => ({ revision, objects: [...tables.values()].flatMap((table) => [...table.inOrder()]) }),
    rewrite: (group, plural, change) => {
      const table = tables.get(resourceOf(group, plural));
      for (const stored of table?.inOrder() ?? []) {
        const object = parseJson(stored.json) as LiveObject;
        change(object);
        table?.set(pathOf(stored.key), { ...stored, json: encode(object, stored.resourceVersion) });
      }
    },
    restore: (snapshot) => {
      tables.clear();
      for (const stored of snapshot.objects) tableFor(stored.key).set(pathOf(stored.key), stored);
      revision = snapshot.revision;
      window.clear(revision);
    },
  };
};
