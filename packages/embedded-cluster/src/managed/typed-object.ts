import type { Atom } from "../fields/atom.ts";
import { atomOf } from "../fields/atom.ts";
import type { Duplicates } from "../fields/check-value.ts";
import { checkValue, describeMisfits } from "../fields/check-value.ts";
import type { LiveObject, Value } from "../json.ts";
import { describeObject } from "./describe-object.ts";
import type { MergeSchema } from "./managed-fields.ts";

/** A value that was checked against its version's type. `value` is null only in the middle of a prune. */
export interface Typed {
  readonly value: Value;
  readonly apiVersion: string;
  readonly atom: Atom;
}

/** An object, or its managedFields, cannot be worked with: the server answers 500. */
export class Mistyped extends Error {
  override readonly name = "Mistyped";
}

/** The type of a version; `undefined` when it is no longer served. */
export const typeAt = (schema: MergeSchema, apiVersion: string): Atom | undefined => {
  const found = schema.typeOf(apiVersion);
  return found === undefined ? undefined : atomOf(found.type, found.table);
};

/** A custom kind: its objects are maps to the server, not Go values. */
export const isCustom = (schema: MergeSchema, apiVersion: string): boolean => {
  const found = schema.typeOf(apiVersion);
  const root = found?.table.resolve(found.type);
  return root?.kind !== "struct" || root.isGoStruct !== true;
};

/** Checks an object against the type of its own version. Throws Mistyped. */
export const typedObject = (object: LiveObject, schema: MergeSchema, duplicates: Duplicates = "allowed"): Typed => {
  const atom = typeAt(schema, object.apiVersion);
  if (atom === undefined) throw new Mistyped(`no corresponding type for ${object.apiVersion}, Kind=${object.kind}`);
  const misfits = checkValue(object, atom, duplicates);
  if (misfits.length === 0) return { value: object, apiVersion: object.apiVersion, atom };
  throw new Mistyped(`failed to create typed object (${describeObject(object)}): ${describeMisfits(misfits)}`);
};

/** What the server takes for the live object of a create: the empty value of a kind's Go type; a custom resource is empty but for its kind. */
export const zeroObject = (apiVersion: string, kind: string, schema: MergeSchema): LiveObject => {
  const empty = { apiVersion, kind } as LiveObject;
  return isCustom(schema, apiVersion) ? empty : (schema.typeOf(apiVersion)?.decode?.(empty).object ?? empty);
};

/** The object in another version; the very same one where it already is. */
export const objectAt = (object: LiveObject, apiVersion: string, schema: MergeSchema): LiveObject =>
  object.apiVersion === apiVersion ? object : schema.convert(object, apiVersion);

/** The typed value in another version; `undefined` when that is no longer served. Throws Mistyped. */
export const typedAt = (typed: Typed, apiVersion: string, schema: MergeSchema): Typed | undefined => {
  if (typed.apiVersion === apiVersion) return typed;
  if (typeAt(schema, apiVersion) === undefined) return undefined;
  return typedObject(schema.convert(inForm(typed, schema), apiVersion), schema, "refused");
};

/** A Go value has all its structs and no other nulls, whatever a merge or prune left. */
const inForm = ({ value, apiVersion }: Typed, schema: MergeSchema): LiveObject => {
  const decode = isCustom(schema, apiVersion) ? undefined : schema.typeOf(apiVersion)?.decode;
  if (decode === undefined) return value as LiveObject;
  try {
    return decode(value).object;
  } catch (cause) {
    throw new Mistyped(cause instanceof Error ? cause.message : String(cause), { cause });
  }
};
