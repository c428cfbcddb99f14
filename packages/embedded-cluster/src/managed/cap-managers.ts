import { union } from "../fields/field-set.ts";
import type { ManagerEntry, ManagerTable } from "./manager-table.ts";
import { compareAge, managerId } from "./manager-table.ts";

const MOST_UPDATERS = 10;

/** Folds the oldest Update entries of one version into one `ancient-changes` until at most ten are left. */
export const capManagers = (table: ManagerTable): ManagerTable => {
  const updaters = [...table].filter(([, entry]) => entry.operation === "Update");
  if (updaters.length <= MOST_UPDATERS) return table;
  const out = new Map(table);
  const firstOf = new Map<string, string>();
  let left = updaters.length;
  for (const [id, { apiVersion }] of updaters.sort(compareAge)) {
    if (left <= MOST_UPDATERS) break;
    const first = firstOf.get(apiVersion);
    if (first === undefined) {
      firstOf.set(apiVersion, id);
      continue;
    }
    const name = { manager: "ancient-changes", operation: "Update", apiVersion, subresource: "" } as const;
    const bucket = managerId(name);
    if (!out.has(bucket)) {
      out.set(bucket, { ...(out.get(first) as ManagerEntry), ...name });
      out.delete(first);
    }
    const entry = out.get(id) as ManagerEntry;
    const [ancient, time] = [out.get(bucket) as ManagerEntry, entry.time];
    out.delete(id);
    out.set(bucket, { ...ancient, time, set: union(entry.set, ancient.set) });
    left -= 1;
  }
  return out;
};
