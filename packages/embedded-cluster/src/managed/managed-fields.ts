import type { LiveObject, Value } from "../json.ts";
import type { TypeRef, TypeTable } from "../schema/type-node.ts";

export interface MergeType {
  readonly type: TypeRef;
  readonly table: TypeTable;
  /** Brings a value in the middle of a merge into the form that conversion expects. */
  readonly decode?: (value: Value) => { readonly object: LiveObject };
}

/** What the merge needs to know of a kind: its schema in each version, conversion between them, and defaults. */
export interface MergeSchema {
  /** Schema of this apiVersion, by preference a KindModel; `undefined` when that version is no longer served (its managed fields are then dropped). */
  readonly typeOf: (apiVersion: string) => MergeType | undefined;
  readonly convert: (object: LiveObject, apiVersion: string) => LiveObject;
  /** Fields that this endpoint resets (strategy), never owned through it. */
  readonly resetFields: readonly (readonly string[])[];
}

/** Who writes, through which door. */
export interface Writer {
  readonly manager: string;
  readonly apiVersion: string;
  /** The endpoint's kind: an apply body must be of it. By default the live object's, or the body's own. */
  readonly kind?: string;
  /** "" for the main resource, else `status` or `scale`. */
  readonly subresource: string;
  /** RFC 3339 seconds. */
  readonly now: string;
}

/** One conflict of an apply: the field as the server writes it (`.spec.replicas`), and the server's text for its owner. */
export interface ApplyConflict {
  readonly manager: string;
  readonly field: string;
  readonly message: string;
}

export type ApplyOutcome =
  /** `unchanged`: the apply changes no field, so that nothing is converted; what it changes in metadata is in the object. */
  | { readonly kind: "merged"; readonly object: LiveObject; readonly unchanged: boolean }
  | { readonly kind: "conflict"; readonly conflicts: readonly ApplyConflict[] };
