import type { LiveObject, Value } from "../json.ts";
import { copyOf, isMap } from "../json.ts";
import { badRequest, plainError } from "../server/status.ts";
import { describeKind } from "./describe-object.ts";
import { conflictsOf } from "./describe-conflicts.ts";
import type { ApplyOutcome, MergeSchema, Writer } from "./managed-fields.ts";
import type { ManagerTable } from "./manager-table.ts";
import { readManagers } from "./manager-table.ts";
import { entriesOf, readOrNone, withManagers, withoutManagers } from "./object-managers.ts";
import type { RecordedApply } from "./record-apply.ts";
import { recordApply } from "./record-apply.ts";
import { recordUpdate } from "./record-update.ts";
import type { Typed } from "./typed-object.ts";
import { Mistyped, objectAt, typedObject, zeroObject } from "./typed-object.ts";

/** `[]` or `[{}]`: the client wants managedFields forgotten. */
const isReset = (entries: Value | undefined): boolean => {
  if (!Array.isArray(entries) || entries.length > 1) return false;
  const [only] = entries;
  return only === undefined || (isMap(only) && Object.keys(only).length === 0);
};

/** A client may rewrite managedFields through the main resource; what it leaves out or garbles is taken from live. */
const managersBefore = (live: LiveObject | undefined, next: LiveObject, writer: Writer): ManagerTable => {
  if (writer.subresource === "") {
    if (isReset(entriesOf(next))) return new Map();
    const given = readOrNone(entriesOf(next));
    if (given.size > 0) return given;
  }
  return readOrNone(entriesOf(live));
};

/**
 * Tells managedFields of a write that is no apply (create when `live` is undefined). Gives `next`, in its own version
 * and sharing its parts, with new managedFields; without any where tracking is off, was reset, or fails.
 */
export const trackUpdate = (
  live: LiveObject | undefined,
  next: LiveObject,
  writer: Writer,
  schema: MergeSchema,
): LiveObject => {
  const managers = managersBefore(live, next, writer);
  if (managers.size === 0 && live !== undefined && (live.metadata["uid"] ?? "") !== "") return withoutManagers(next);
  try {
    const from = live ?? zeroObject(writer.apiVersion, next.kind, schema);
    return withManagers(next, recordUpdate(from, next, managers, writer, schema));
  } catch (error) {
    if (error instanceof Mistyped) return withoutManagers(next);
    throw error;
  }
};

/**
 * Server-side apply of `applied` (the body as it was read, not decoded) by `writer` (create when `live` is undefined).
 * A merged object is in the writer's version, shares nothing with the arguments, and has yet to be decoded and
 * defaulted (it may hold nulls and quantities as given); its managedFields are done. Throws ApiRefusal.
 */
export const applyIntent = (
  live: LiveObject | undefined,
  applied: LiveObject,
  writer: Writer,
  force: boolean,
  schema: MergeSchema,
): ApplyOutcome => {
  try {
    return intend(live, applied, writer, force, schema);
  } catch (error) {
    throw error instanceof Mistyped ? plainError(error.message) : error;
  }
};

const intend = (
  live: LiveObject | undefined,
  applied: LiveObject,
  writer: Writer,
  force: boolean,
  schema: MergeSchema,
): ApplyOutcome => {
  const { apiVersion } = writer;
  const stored = readManagers(entriesOf(live));
  const kind = writer.kind ?? live?.kind ?? applied.kind;
  if (applied.apiVersion !== apiVersion || applied.kind !== kind)
    throw badRequest(`invalid object type: ${describeKind(applied)}`);
  const from = objectAt(withoutManagers(live ?? zeroObject(apiVersion, kind, schema)), apiVersion, schema);
  const managers = stored.size > 0 || live === undefined ? stored : firstManagers(from, writer, schema);
  if (Array.isArray(entriesOf(applied))) throw badRequest("metadata.managedFields must be nil");
  const intent = typedIntent(applied, schema);
  const before = typedObject(from, schema);
  const recorded = recordApply(before, intent, managers, writer, schema);
  const { conflicts } = recorded;
  if (!force && conflicts.size > 0) return { kind: "conflict", conflicts: conflictsOf(conflicts, recorded.owners) };
  return { kind: "merged", object: finished(recorded, before), unchanged: recorded.value === undefined };
};

/** What is applied, checked; the words are those by which clients tell a body that is wrong from a server that fails. */
const typedIntent = (applied: LiveObject, schema: MergeSchema): Typed => {
  try {
    return typedObject(applied, schema, "refused");
  } catch (error) {
    if (!(error instanceof Mistyped)) throw error;
    throw plainError(error.message.replace("typed object", "typed patch object"));
  }
};

/** Before the first apply all that there is belongs to one invented writer, so that an apply does not silently take it. */
const firstManagers = (live: LiveObject, writer: Writer, schema: MergeSchema): ManagerTable => {
  const { apiVersion } = writer;
  const empty = zeroObject(apiVersion, live.kind, schema);
  return recordUpdate(empty, live, new Map(), { ...writer, manager: "before-first-apply" }, schema);
};

const finished = (recorded: RecordedApply, live: Typed): LiveObject => {
  const object = copyOf((recorded.value ?? live.value) as LiveObject);
  if (!isMap(object.metadata)) object.metadata = {};
  return withManagers(object, recorded.managers);
};
