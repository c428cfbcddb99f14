import { isMap, type Value } from "../json.ts";
import { goQuote } from "../kinds/validation/go-quote.ts";
import { goName } from "./go-names.ts";
import { scalarCodecs } from "./scalars.ts";
import type { TypeRef, TypeTable, UntypedNode } from "./type-node.ts";

/** Why a body is not as its type wants it. */
export interface Explanation {
  /** The body cannot be decoded at all: the first value that is of another type. */
  readonly failure: string | undefined;
  /** `unknown field "spec.foo"` */
  readonly strictErrors: readonly string[];
  /** Their paths: `spec.foo`. */
  readonly unknownFields: readonly string[];
}

/** Go's decoder reports at most so many. */
const MOST_STRICT_ERRORS = 100;
const JSON_SCHEMA = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps";

/** Walks the body in its own order; only called when the fast walk noticed something. */
export const explain = (value: Value, ref: TypeRef, table: TypeTable): Explanation => {
  const unknownFields = new Set<string>();
  let failure: string | undefined;
  const misfit = (item: Value, type: TypeRef, path: string): void => {
    failure ??= `json: cannot unmarshal ${jsonTypeOf(item)} into Go struct field ${path} of type ${goName(type, table)}`;
  };

  const walk = (item: Value, type: TypeRef, path: string): void => {
    if (item === null) return;
    const node = table.resolve(type);
    switch (node.kind) {
      case "scalar":
        return scalarCodecs[node.scalar].read(item) === undefined ? misfit(item, type, path) : undefined;
      case "list":
        if (!Array.isArray(item)) return misfit(item, type, path);
        return item.forEach((each, index) => walk(each, node.element, `${path}[${index}]`));
      case "map":
        if (!isMap(item)) return misfit(item, type, path);
        return Object.entries(item).forEach(([key, each]) => walk(each, node.values, join(path, key)));
      case "struct":
        if (!isMap(item)) return misfit(item, type, path);
        for (const [key, each] of Object.entries(item)) {
          const field = Object.hasOwn(node.fields, key) ? node.fields[key] : undefined;
          if (field !== undefined) walk(each, field.type, join(path, key));
          else if (unknownFields.size < MOST_STRICT_ERRORS) unknownFields.add(join(path, key));
        }
        return;
      case "untyped":
        return walkUntyped(item, node, path);
    }
  };

  /** A schema inside a schema is decoded apart, and not strictly. */
  const walkUntyped = (item: Value, node: UntypedNode, path: string): void => {
    const { form } = node;
    if (form !== "schemaOrArray" && form !== "schemaOrBool" && form !== "schemaOrStrings") return; // anything goes
    if (isMap(item)) failure ??= explain(item, JSON_SCHEMA, table).failure;
    else if (form === "schemaOrBool" ? typeof item !== "boolean" : !Array.isArray(item)) misfit(item, node, path);
    else if (form === "schemaOrArray" && Array.isArray(item))
      for (const each of item) failure ??= explain(each, JSON_SCHEMA, table).failure;
    else if (form === "schemaOrStrings" && Array.isArray(item))
      for (const each of item) if (typeof each !== "string") misfit(each, node, path);
  };

  walk(value, ref, "");
  const strictErrors = Array.from(unknownFields, (path) => `unknown field ${goQuote(path)}`);
  return { failure, strictErrors, unknownFields: [...unknownFields] };
};

const join = (path: string, key: string): string => (path === "" ? key : `${path}.${key}`);

/** A JSON value's type in Go's words. */
export const jsonTypeOf = (value: Value): string => {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  const words: Readonly<Record<string, string>> = { boolean: "bool", bigint: "number" };
  return words[typeof value] ?? typeof value;
};
