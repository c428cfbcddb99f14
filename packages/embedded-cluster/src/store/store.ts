import type { LiveObject } from "../json.ts";

/** Where an object lies: `namespace` is "" for cluster-scoped kinds. */
export interface StoreKey {
  readonly group: string;
  readonly plural: string;
  readonly namespace: string;
  readonly name: string;
}

/** One stored object: its JSON in the storage version (resourceVersion inside), which is also what is sent. */
export interface Stored {
  readonly key: StoreKey;
  readonly json: string;
  readonly resourceVersion: number;
}

/** One change, in order of its resourceVersion. `previous` is what watchers with a selector need. */
export interface StoreEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly resourceVersion: number;
  readonly object: Stored;
  readonly previous?: Stored;
}

/** All objects of a cluster, one resourceVersion counter, a window of past events. Synchronous: a write is one step. */
export interface Store {
  /** Of the last write. */
  revision(): number;
  /** Lowest resourceVersion from which a watch can go on. */
  oldest(): number;
  get(key: StoreKey): Stored | undefined;
  /** A parsed copy that the caller may change. */
  read(key: StoreKey): LiveObject | undefined;
  /** Of one resource (all namespaces when `namespace` is undefined), ordered by namespace, then name (byte order, as etcd). */
  list(group: string, plural: string, namespace?: string): readonly Stored[];
  /** Writes with the next resourceVersion, sets it inside; no check of any kind. */
  put(key: StoreKey, object: LiveObject): Stored;
  /** Removes; the event carries the last state under the deletion's resourceVersion. */
  remove(key: StoreKey): Stored | undefined;
  /** Past events of one resource after `resourceVersion`, or `expired` when the window no longer reaches back. */
  since(group: string, plural: string, resourceVersion: number): readonly StoreEvent[] | "expired";
  /** Told of each event synchronously, in order; the returned function ends it. */
  subscribe(group: string, plural: string, onEvent: (event: StoreEvent) => void): () => void;
  /** Of all resources: for controllers, quota and garbage collection. */
  subscribeAll(onEvent: (event: StoreEvent) => void): () => void;
  /** Forgets the event window: watches from earlier versions get 410. */
  compact(): void;
  /** All objects and the revision as they now are. Optional: only the `regress` fault needs it. */
  snapshot?(): StoreSnapshot;
  /** Changes the text of all objects of a resource without a new version or an event: they read differently from now on. */
  rewrite?(group: string, plural: string, change: (object: LiveObject) => void): void;
  /** Goes back to an earlier state, as a restored etcd does: versions are given out again, the window is empty, nobody is told. */
  restore?(snapshot: StoreSnapshot): void;
}

/** A state of the store; what is in it is the store's own matter. */
export interface StoreSnapshot {
  readonly revision: number;
  readonly objects: readonly Stored[];
}
