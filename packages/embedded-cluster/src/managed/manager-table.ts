import type { Value, ValueMap } from "../json.ts";
import { isMap } from "../json.ts";
import { compareText } from "../fields/compare-text.ts";
import type { FieldSet } from "../fields/field-set.ts";
import { readFieldsV1, writeFieldsV1 } from "../fields/fields-v1.ts";
import { textAt } from "../reading.ts";
import { Mistyped } from "./typed-object.ts";

/** Who a managedFields entry belongs to. An applier is the same in all versions, a writer is another in each. */
export interface ManagerName {
  readonly manager: string;
  readonly operation: "Apply" | "Update";
  readonly apiVersion: string;
  readonly subresource: string;
}

/** One managedFields entry with its fields as a set. */
export interface ManagerEntry extends ManagerName {
  /** RFC 3339; absent where the entry came without, or from an apply that changed nothing. */
  readonly time: string | undefined;
  readonly set: FieldSet;
}

/** All entries of an object by `managerId`. */
export type ManagerTable = ReadonlyMap<string, ManagerEntry>;

/** The server's own identifier: its order decides where times are equal. */
export const managerId = ({ manager, operation, apiVersion, subresource }: ManagerName): string => {
  const members: readonly (readonly [string, string])[] = [
    ["manager", manager],
    ["operation", operation],
    ["apiVersion", operation === "Apply" ? "" : apiVersion],
    ["subresource", subresource],
  ];
  const present = members.filter(([, value]) => value !== "");
  return `{${present.map(([name, value]) => `"${name}":${JSON.stringify(value)}`).join(",")}}`;
};

const unreadable = (why: string): Mistyped => new Mistyped(`failed to decode managed fields: ${why}`);

/** Reads `metadata.managedFields`; absent and null are an empty table. Throws Mistyped. */
export const readManagers = (entries: Value | undefined): ManagerTable => {
  const table = new Map<string, ManagerEntry>();
  if (entries === undefined || entries === null) return table;
  if (!Array.isArray(entries)) throw unreadable("managedFields is not a list");
  for (const [i, entry] of entries.entries()) {
    const read = readEntry(isMap(entry) ? entry : {}, i);
    table.set(managerId(read), read);
  }
  return table;
};

const readEntry = (entry: Readonly<Record<string, Value>>, index: number): ManagerEntry => {
  const [operation, apiVersion, fieldsType] = [
    entry["operation"],
    textAt(entry, "apiVersion"),
    textAt(entry, "fieldsType"),
  ];
  if (operation !== "Apply" && operation !== "Update") {
    throw unreadable("operation must be `Apply` or `Update`");
  }
  if (apiVersion === "") throw unreadable("apiVersion must not be empty");
  if (fieldsType !== "FieldsV1") throw unreadable(`invalid fieldsType in managed fields entry ${index}`);
  const time = entry["time"];
  return {
    manager: textAt(entry, "manager"),
    operation,
    apiVersion,
    subresource: textAt(entry, "subresource"),
    time: typeof time === "string" ? time : undefined,
    set: readSet(entry["fieldsV1"] ?? {}),
  };
};

const readSet = (fields: Value): FieldSet => {
  try {
    return readFieldsV1(fields);
  } catch (cause) {
    throw unreadable(cause instanceof Error ? cause.message : String(cause));
  }
};

const seconds = (time: string | undefined): number => (time === undefined ? 0 : Math.floor(Date.parse(time) / 1000));

/** The server's order of entries: appliers first, then by time, name, version and subresource. */
const compareEntries = (a: ManagerEntry, b: ManagerEntry): number =>
  compareText(a.operation, b.operation) ||
  seconds(a.time) - seconds(b.time) ||
  compareText(a.manager, b.manager) ||
  compareText(a.apiVersion, b.apiVersion) ||
  compareText(a.subresource, b.subresource);

/** Older first, by id where times are equal: who goes into `ancient-changes` first. */
export const compareAge = (
  [idA, a]: readonly [string, ManagerEntry],
  [idB, b]: readonly [string, ManagerEntry],
): number => seconds(a.time) - seconds(b.time) || compareText(idA, idB);

const writeEntry = (entry: ManagerEntry): ValueMap => ({
  ...(entry.manager === "" ? {} : { manager: entry.manager }),
  operation: entry.operation,
  apiVersion: entry.apiVersion,
  ...(entry.time === undefined ? {} : { time: entry.time }),
  fieldsType: "FieldsV1",
  fieldsV1: writeFieldsV1(entry.set),
  ...(entry.subresource === "" ? {} : { subresource: entry.subresource }),
});

/** The entries as `metadata.managedFields`, in the server's order; `undefined` for none. */
export const writeManagers = (table: ManagerTable): ValueMap[] | undefined =>
  table.size === 0 ? undefined : [...table.values()].sort(compareEntries).map((entry) => writeEntry(entry));
