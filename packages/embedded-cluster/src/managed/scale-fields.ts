import { difference, hasPath, setOf } from "../fields/field-set.ts";
import type { Value, ValueMap } from "../json.ts";
import type { ManagerEntry } from "./manager-table.ts";
import { writeManagers } from "./manager-table.ts";
import { readOrNone } from "./object-managers.ts";

const SCALE_VERSION = "autoscaling/v1";
const REPLICAS = ["f:spec", "f:replicas"];
const inScale = setOf(REPLICAS);

/** managedFields of the Scale: the parent's managers that own its replicas. */
export const scaleManagedFields = (
  parent: Value | undefined,
  versions: ReadonlySet<string>,
): ValueMap[] | undefined => {
  const table = new Map<string, ManagerEntry>();
  for (const [id, entry] of readOrNone(parent)) {
    if (versions.has(entry.apiVersion) && hasPath(entry.set, REPLICAS)) {
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
  versions: ReadonlySet<string>,
): ValueMap[] | undefined => {
  const left = new Map(readOrNone(scale));
  const before = readOrNone(parent);
  const out = new Map<string, ManagerEntry>();
  for (const [id, entry] of before) {
    if (!versions.has(entry.apiVersion)) continue;
    if (!hasPath(entry.set, REPLICAS)) out.set(id, entry);
    else if (left.delete(id)) out.set(id, entry);
    else {
      const set = difference(entry.set, inScale);
      if (set.size > 0) out.set(id, { ...entry, set });
    }
  }
  for (const [id, entry] of left) {
    if (!hasPath(entry.set, REPLICAS)) continue;
    out.set(id, { ...entry, apiVersion, set: inScale, time: before.get(id)?.time });
  }
  return writeManagers(out);
};
