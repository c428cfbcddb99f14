import { setOf, union, without } from "../fields/field-set.ts";
import type { FieldSet } from "../fields/field-set.ts";
import { fieldElement } from "../fields/path-element.ts";
import type { LiveObject } from "../json.ts";
import { capManagers } from "./cap-managers.ts";
import type { MergeSchema, Writer } from "./managed-fields.ts";
import type { ManagerEntry, ManagerTable } from "./manager-table.ts";
import { managerId } from "./manager-table.ts";
import { withoutManagers } from "./object-managers.ts";
import { stripMetadata } from "./strip-metadata.ts";
import { takeFields } from "./take-fields.ts";
import { Mistyped, isCustom, objectAt, typeAt, typedObject } from "./typed-object.ts";

/** What the endpoint resets and so no one owns through it. */
export const ignoredFields = ({ resetFields }: MergeSchema): FieldSet =>
  setOf(...resetFields.map((path) => path.map((name) => fieldElement(name))));

/** The entries of versions that are still served; of a custom kind others make the whole write fail: throws Mistyped. */
export const servedManagers = (managers: ManagerTable, schema: MergeSchema, apiVersion: string): ManagerTable => {
  const out = new Map<string, ManagerEntry>();
  for (const [id, entry] of managers) {
    if (typeAt(schema, entry.apiVersion) !== undefined) out.set(id, entry);
    else if (isCustom(schema, apiVersion))
      throw new Mistyped(`request to convert CR to an invalid group/version: ${entry.apiVersion}`);
  }
  return out;
};

/**
 * The managers after a write that is no apply: whatever it changed, added or removed is taken from all, and what it
 * changed or added goes to the writer's Update entry. Throws Mistyped when an object does not fit its schema.
 */
export const recordUpdate = (
  live: LiveObject,
  next: LiveObject,
  managers: ManagerTable,
  writer: Writer,
  schema: MergeSchema,
): ManagerTable => {
  const after = typedObject(objectAt(withoutManagers(next), writer.apiVersion, schema), schema);
  const before = typedObject(objectAt(withoutManagers(live), writer.apiVersion, schema), schema);
  const ignored = ignoredFields(schema);
  const { others, comparison } = takeFields(
    before,
    after,
    servedManagers(managers, schema, writer.apiVersion),
    undefined,
    schema,
    ignored,
  );
  const set = stripMetadata(without(union(comparison.modified, comparison.added), ignored));
  if (set.size === 0) return capManagers(others);
  const name = {
    manager: writer.manager === "" ? "unknown" : writer.manager,
    operation: "Update",
    apiVersion: writer.apiVersion,
    subresource: writer.subresource,
  } as const;
  const id = managerId(name);
  const previous = others.get(id);
  const entry = { ...name, time: writer.now, set: previous === undefined ? set : union(set, previous.set) };
  return capManagers(new Map(others).set(id, entry));
};
