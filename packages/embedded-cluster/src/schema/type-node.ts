import type { Value } from "../json.ts";

/** A node by its name in a TypeTable (`io.k8s.api.apps.v1.DeploymentSpec`), or the node itself. */
export type TypeRef = string | TypeNode;

/**
 * How the values of one place in an object are decoded, merged, owned and emitted. The relationships are those of
 * structured-merge-diff (KEP-555): what is `atomic` has one owner as a whole.
 */
export type TypeNode = ScalarNode | ListNode | MapNode | StructNode | UntypedNode;

export type ScalarKind =
  | "string"
  | "int32"
  | "int64"
  | "float64"
  | "boolean"
  | "bytes"
  | "quantity"
  | "intOrString"
  | "time"
  | "microTime"
  | "duration";

export interface ScalarNode {
  readonly kind: "scalar";
  readonly scalar: ScalarKind;
}

export interface ListNode {
  readonly kind: "list";
  readonly element: TypeRef;
  readonly relationship: "atomic" | "set" | "map";
  /** For relationship `map`: the fields that name an item. */
  readonly keys?: readonly string[];
}

/** String keys, values all of one type. */
export interface MapNode {
  readonly kind: "map";
  readonly relationship: "granular" | "atomic";
  readonly values: TypeRef;
}

export interface StructNode {
  readonly kind: "struct";
  readonly relationship: "granular" | "atomic";
  readonly fields: Readonly<Record<string, FieldNode>>;
  /** Of a built-in kind: a Go value, which has all its structs. Absent in schemas of custom resources, which are maps. */
  readonly isGoStruct?: true;
  /** Custom resources: unknown fields are kept (`x-kubernetes-preserve-unknown-fields`); their type is deduced. */
  readonly preserveUnknown?: boolean;
}

/** Anything goes. `deduced`: maps are granular, lists atomic; `atomic`: one leaf. */
export interface UntypedNode {
  readonly kind: "untyped";
  readonly relationship: "deduced" | "atomic";
  /** How Go reads and writes it, where not as plain JSON. */
  readonly form?: UntypedForm;
}

/** Go types with a JSON form of their own: raw JSON, or a CRD schema that may also be a list, a boolean or strings. */
export type UntypedForm =
  | "anyJson"
  | "rawExtension"
  | "fieldsV1"
  | "schemaOrArray"
  | "schemaOrBool"
  | "schemaOrStrings";

export interface FieldNode {
  readonly type: TypeRef;
  /** Default from the schema: fills key fields of list items on merge, and custom resources on decode. */
  readonly default?: Value;
  /**
   * How Go's encoder emits it. `always`: also when zero (null for a nil slice, map or pointer); `omitempty`: left out when
   * false, 0, "", empty list or map, nil pointer (a struct is always emitted); `omitzero`: left out when it is the zero value, structs included.
   */
  readonly emit: "always" | "omitempty" | "omitzero";
  /** A pointer in Go: null and absent are the same, zero values are kept. */
  readonly pointer?: boolean;
  /** Strategic merge patch: `merge`, `replace`, `retainKeys` and combinations, and the key of the items. */
  readonly patchStrategy?: readonly string[];
  readonly patchMergeKey?: string;
}

/** Named types of one server (or of one CRD version). */
export interface TypeTable {
  /** Throws RangeError on an unknown name. */
  resolve(ref: TypeRef): TypeNode;
}
