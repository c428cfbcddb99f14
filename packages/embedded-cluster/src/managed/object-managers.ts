import type { LiveObject, Value } from "../json.ts";
import { carryEmpties, isMap } from "../json.ts";
import type { ManagerTable } from "./manager-table.ts";
import { readManagers, writeManagers } from "./manager-table.ts";
import { Mistyped } from "./typed-object.ts";

export const entriesOf = (object: LiveObject | undefined): Value | undefined =>
  object !== undefined && isMap(object.metadata) ? object.metadata["managedFields"] : undefined;

/** The object without its managedFields; a shallow copy that shares all else. */
export const withoutManagers = (object: LiveObject): LiveObject => {
  if (!isMap(object.metadata) || !Object.hasOwn(object.metadata, "managedFields")) return object;
  const { managedFields: _, ...metadata } = object.metadata;
  return carryEmpties(object, { ...object, metadata: carryEmpties(object.metadata, metadata) });
};

/** The object with these managers instead of its own; a shallow copy that shares all else. */
export const withManagers = (object: LiveObject, table: ManagerTable): LiveObject => {
  const entries = writeManagers(table);
  const bare = withoutManagers(object);
  if (entries === undefined) return bare;
  const metadata = carryEmpties(bare.metadata, { ...bare.metadata, managedFields: entries });
  return carryEmpties(bare, { ...bare, metadata });
};

/** The table of stored entries; what cannot be read counts as none. */
export const readOrNone = (entries: Value | undefined): ManagerTable => {
  try {
    return readManagers(entries);
  } catch (error) {
    if (error instanceof Mistyped) return new Map();
    throw error;
  }
};
