import type { StoreKey, Stored } from "./store.ts";

/** The part of an object's etcd key below its resource; LIST order is the byte order of these. */
export const pathOf = (key: StoreKey): string => (key.namespace === "" ? key.name : `${key.namespace}/${key.name}`);

const byKey = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Objects of one resource by their path; the order is worked out when it is asked for. */
export interface ResourceTable {
  readonly get: (path: string) => Stored | undefined;
  readonly set: (path: string, stored: Stored) => void;
  readonly remove: (path: string) => void;
  readonly inOrder: () => readonly Stored[];
}

/** An empty table. */
export const resourceTable = (): ResourceTable => {
  const objects = new Map<string, Stored>();
  let ordered: readonly Stored[] | undefined;
  return {
    get: (path) => objects.get(path),
    set: (path, stored) => {
      objects.set(path, stored);
      ordered = undefined;
    },
    remove: (path) => {
      objects.delete(path);
      ordered = undefined;
    },
    inOrder: () => {
      ordered ??= [...objects].sort(([a], [b]) => byKey(a, b)).map(([, stored]) => stored);
      return ordered;
    },
  };
};
