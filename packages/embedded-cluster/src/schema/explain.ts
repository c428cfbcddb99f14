import { isMap, type Value } from "../json.ts";
import { canonicalQuantity, QuantityRefused } from "../kinds/validation/quantity.ts";
import { goQuote } from "../kinds/validation/go-quote.ts";
import { canonicalBase64 } from "./go-base64.ts";
import { goName } from "./go-names.ts";
import { canonicalMicroTime, canonicalTime, TimeRefused } from "./go-time.ts";
import { isInt32, isInt64 } from "./scalars.ts";
import type { ScalarNode, StructNode, TypeRef, TypeTable, UntypedNode } from "./type-node.ts";

/** Why a body is not as its type wants it, in the words and the order of Go's JSON decoder. */
export interface Explanation {
  /** The body cannot be decoded at all. */
  readonly failure: string | undefined;
  /** `unknown field "spec.foo"` */
  readonly strictErrors: readonly string[];
  /** Their paths: `spec.foo`. */
  readonly unknownFields: readonly string[];
}

/** Go's decoder reports at most so many. */
const MOST_STRICT_ERRORS = 100;

/** What a type's own UnmarshalJSON says ends the decoding at once; a value of the wrong type is only noted. */
class Stopped extends Error {
  override readonly name = "Stopped";
}

interface Place {
  /** The Go struct of the innermost field; "" at the root. */
  readonly struct: string;
  /** Its path in decode errors: embedded structs are named, list indexes are not. */
  readonly fields: string;
  /** Its path in strict errors: `spec.containers[0].name`. */
  readonly path: string;
}

/** Walks the body in its own order; only called when the fast walk noticed something. */
export const explain = (value: Value, ref: TypeRef, table: TypeTable): Explanation => {
  const unknownFields = new Set<string>();
  let failure: string | undefined;

  const mismatch = (what: string, type: string, { struct, fields }: Place): string =>
    struct === ""
      ? `json: cannot unmarshal ${what} into Go value of type ${type}`
      : `json: cannot unmarshal ${what} into Go struct field ${struct}.${fields} of type ${type}`;
  const note = (what: string, type: string, place: Place): void => {
    failure ??= mismatch(what, type, place);
  };

  const walk = (item: Value, type: TypeRef, place: Place): void => {
    if (item === null) return;
    const node = table.resolve(type);
    switch (node.kind) {
      case "scalar":
        return walkScalar(item, node, place);
      case "list":
        if (!Array.isArray(item)) return note(jsonTypeOf(item), goName(node, table), place);
        for (const [index, each] of item.entries())
          walk(each, node.element, { ...place, path: `${place.path}[${index}]` });
        return;
      case "map":
        if (!isMap(item)) return note(jsonTypeOf(item), goName(node, table), place);
        for (const [key, each] of Object.entries(item))
          walk(each, node.values, { ...place, path: join(place.path, key) });
        return;
      case "struct":
        if (!isMap(item)) return note(jsonTypeOf(item), goName(node, table), place);
        for (const [key, each] of Object.entries(item)) walkField(each, key, node, place);
        return;
      case "untyped":
        walkUntyped(item, node, place);
    }
  };

  const walkField = (item: Value | undefined, key: string, node: StructNode, place: Place): void => {
    if (item === undefined) return;
    const path = join(place.path, key);
    const field = Object.hasOwn(node.fields, key) ? node.fields[key] : undefined;
    if (field === undefined) {
      if (unknownFields.size < MOST_STRICT_ERRORS) unknownFields.add(path);
      return;
    }
    const fields = [...(place.fields === "" ? [] : [place.fields]), ...(field.through ?? []), key].join(".");
    walk(item, field.type, { struct: node.goType ?? "", fields, path });
  };

  const walkScalar = (item: Value, node: ScalarNode, place: Place): void => {
    const type = goName(node, table);
    const what = jsonTypeOf(item);
    switch (node.scalar) {
      case "string":
      case "boolean":
        if (typeof item !== node.scalar) note(what, type, place);
        return;
      case "int32":
        if (!isInt32(item)) note(numberOr(item), type, place);
        return;
      case "int64":
        if (!isInt64(item)) note(numberOr(item), type, place);
        return;
      case "float64":
        if (what !== "number") note(what, type, place);
        return;
      case "bytes":
        return walkBytes(item, type, place);
      case "quantity":
        return stopUnless(() => canonicalQuantity(typeof item === "object" ? "{}" : String(item)));
      case "intOrString":
        if (typeof item !== "string" && !isInt32(item)) throw new Stopped(mismatch(numberOr(item), "int32", place));
        return;
      case "time":
      case "microTime":
      case "duration":
        if (typeof item !== "string") throw new Stopped(mismatch(what, "string", place));
        if (node.scalar === "time") stopUnless(() => canonicalTime(item));
        if (node.scalar === "microTime") stopUnless(() => canonicalMicroTime(item));
    }
  };

  const walkBytes = (item: Value, type: string, place: Place): void => {
    if (typeof item === "string") {
      const illegalAt = canonicalBase64(item);
      if (typeof illegalAt === "number") failure ??= `illegal base64 data at input byte ${illegalAt}`;
      return;
    }
    if (!Array.isArray(item)) return note(jsonTypeOf(item), type, place);
    for (const each of item)
      if (each !== null && !(isInt32(each) && each >= 0 && each < 256)) note(numberOr(each), "uint8", place);
  };

  /** A schema inside a schema is decoded apart: not strictly, and its first failure ends all. */
  const walkUntyped = (item: Value, node: UntypedNode, place: Place): void => {
    const schemas = (values: readonly Value[]): void => {
      for (const each of values) {
        const inner = explain(each, JSON_SCHEMA, table).failure;
        if (inner !== undefined) throw new Stopped(inner);
      }
    };
    switch (node.form) {
      case "schemaOrArray":
        if (isMap(item)) schemas([item]);
        else if (Array.isArray(item)) schemas(item);
        else throw new Stopped(mismatch(jsonTypeOf(item), "[]v1.JSONSchemaProps", place));
        return;
      case "schemaOrBool":
        if (isMap(item)) schemas([item]);
        else if (typeof item !== "boolean") throw new Stopped("boolean or JSON schema expected");
        return;
      case "schemaOrStrings":
        if (isMap(item)) schemas([item]);
        else if (!Array.isArray(item)) throw new Stopped(mismatch(jsonTypeOf(item), "[]string", place));
        else
          for (const each of item)
            if (typeof each !== "string") throw new Stopped(mismatch(numberOr(each), "string", place));
        return;
      case "anyJson":
      case "fieldsV1":
      case "rawExtension":
      case undefined:
        return; // anything goes
    }
  };

  try {
    walk(value, ref, { struct: "", fields: "", path: "" });
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    failure = error.message;
  }
  const strictErrors = Array.from(unknownFields, (path) => `unknown field ${goQuote(path)}`);
  return { failure, strictErrors, unknownFields: [...unknownFields] };
};

const JSON_SCHEMA = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps";

const stopUnless = (read: () => unknown): void => {
  try {
    read();
  } catch (error) {
    if (error instanceof QuantityRefused || error instanceof TimeRefused) throw new Stopped(error.message);
    throw error;
  }
};

const join = (path: string, key: string): string => (path === "" ? key : `${path}.${key}`);

/** A JSON value's type in Go's words. */
export const jsonTypeOf = (value: Value): string => {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  const words: Readonly<Record<string, string>> = { boolean: "bool", bigint: "number" };
  return words[typeof value] ?? typeof value;
};

/** A number that does not fit is told; where no number is wanted, only that it is one. */
const numberOr = (value: Value): string =>
  typeof value === "number" || typeof value === "bigint" ? `number ${value}` : jsonTypeOf(value);
