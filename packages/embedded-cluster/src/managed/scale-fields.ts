import type { FieldSet } from "../fields/field-set.ts";
import { difference, hasPath, setOf } from "../fields/field-set.ts";
import { fieldElement } from "../fields/path-element.ts";
import type { Value, ValueMap } from "../json.ts";
import type { ManagerEntry } from "./manager-table.ts";
import { writeManagers } from "./manager-table.ts";
import { readOrNone } from "./object-managers.ts";

/** Where each served version of the parent has its replicas; `undefined` for a version without a scale subresource. A version that is not here is not known. */
export type ReplicasPaths = ReadonlyMap<string, readonly string[] | undefined>;

const SCALE_VERSION = "autoscaling/v1";
const inScale = setOf(["f:spec", "f:replicas"]);

const elementsOf = (path: readonly string[]): string[] => path.map((name) => fieldElement(name));
const owns = (set: FieldSet, path: readonly string[] | undefined): path is readonly string[] =>
  path !== undefined && hasPath(set, elementsOf(path));

/** managedFields of the Scale: the parent's managers that own its replicas. */
export const scaleManagedFields = (parent: Value | undefined, paths: ReplicasPaths): ValueMap[] | undefined => {
  const table = new Map<string, ManagerEntry>();
  for (const [id, entry] of readOrNone(parent)) {
    if (owns(entry.set, paths.get(entry.apiVersion))) {
      table.set(id, { ...entry, apiVersion: SCALE_VERSION, set: inScale });
    }
  }
  return writeManagers(table);
};

/**
 * managedFields of the parent after a write to its Scale: managers that lost replicas there lose them here, new ones
 * get an entry in `apiVersion` with the subresource `scale`.
 */
export const parentManagedFields = (
  parent: Value | undefined,
  scale: Value | undefined,
  apiVersion: string,
  paths: ReplicasPaths,
): ValueMap[] | undefined => {
  const left = new Map(readOrNone(scale));
  const before = readOrNone(parent);
  const out = new Map<string, ManagerEntry>();
  for (const [id, entry] of before) {
    if (!paths.has(entry.apiVersion)) continue;
    const path = paths.get(entry.apiVersion);
    if (!owns(entry.set, path)) out.set(id, entry);
    else if (left.delete(id)) out.set(id, entry);
    else {
      const set = difference(entry.set, setOf(elementsOf(path)));
      if (set.size > 0) out.set(id, { ...entry, set });
    }
  }
  const replicas = paths.get(apiVersion);
  for (const [id, entry] of left) {
    if (!hasPath(entry.set, ["f:spec", "f:replicas"]) || replicas === undefined) continue;
    out.set(id, { ...entry, apiVersion, set: setOf(elementsOf(replicas)), time: before.get(id)?.time });
  }
  return writeManagers(out);
};
