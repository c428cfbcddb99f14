import type { LiveObject, Value } from "../json.ts";
import { isMap } from "../json.ts";
import { hasCameEmpty } from "../schema/came-empty.ts";
import { sameJson } from "../equal.ts";

const timeless = (entry: Value): Value => {
  if (!isMap(entry)) return entry;
  const { time: _, ...rest } = entry;
  return rest;
};

const entriesOf = (object: LiveObject): readonly Value[] => {
  const entries = object.metadata["managedFields"];
  return Array.isArray(entries) ? entries : [];
};

/**
 * A write that changed nothing but times in managedFields is no write: takes the old times, in place. To be called
 * last, when `next` is as it would be stored; both in the storage version.
 */
export const keepTimestamps = (old: LiveObject, next: LiveObject): void => {
  const [before, after] = [entriesOf(old), entriesOf(next)];
  if (after.length === 0 || before.length !== after.length) return;
  for (const [i, entry] of after.entries()) {
    if (!sameJson(timeless(entry), timeless(before[i] as Value))) return;
  }
  const rest = (object: LiveObject): Value => ({ ...object, metadata: { ...object.metadata, managedFields: null } });
  if (!sameJson(rest(old), rest(next)) || hasCameEmpty(next)) return;
  for (const [i, entry] of after.entries()) {
    const earlier = before[i];
    if (!isMap(entry) || !isMap(earlier)) continue;
    if (earlier["time"] === undefined) delete entry["time"];
    else entry["time"] = earlier["time"];
  }
};
