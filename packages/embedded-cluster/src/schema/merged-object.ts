import { goTypeOf } from "../patch/go-type-of.ts";
import { isMap, type Value, type ValueMap } from "../json.ts";
import { explain } from "./explain.ts";
import { canonicalBase64 } from "./go-base64.ts";
import { goName } from "./go-names.ts";
import type { ScalarNode, TypeRef, TypeTable } from "./type-node.ts";

/** A merged object that Go's converter cannot put into the kind's struct; the message is its bare reason. */
export class ConversionFailed extends Error {
  override readonly name = "ConversionFailed";
}

/**
 * What the server's converter makes of an object that an apply or a strategic merge patch put together, so that a codec
 * can read it: integers that are too large wrap around, whole floats are integers. Throws ConversionFailed, fields in
 * the order of the struct. Only needed where a codec found something wrong.
 */
export const convertMerged = (value: Value, ref: TypeRef, table: TypeTable): Value => {
  if (value === null) return null;
  const node = table.resolve(ref);
  switch (node.kind) {
    case "scalar":
      return convertScalar(value, node, table);
    case "list":
      if (!Array.isArray(value)) throw new ConversionFailed(`cannot restore slice from ${kindOf(value)}`);
      return value.map((item) => convertMerged(item, node.element, table));
    case "map":
      if (!isMap(value)) throw new ConversionFailed(`cannot restore map from ${kindOf(value)}`);
      return mapValues(value, (item) => convertMerged(item, node.values, table));
    case "struct": {
      if (!isMap(value)) throw new ConversionFailed(`cannot restore struct from: ${kindOf(value)}`);
      const converted = { ...value };
      for (const [name, field] of Object.entries(node.fields)) {
        const item = value[name];
        if (item !== undefined) converted[name] = convertMerged(item, field.type, table);
      }
      return converted;
    }
    case "untyped":
      return unmarshalled(value, ref, table);
  }
};

const convertScalar = (value: Value, node: ScalarNode, table: TypeTable): Value => {
  const from = goTypeOf(value);
  switch (node.scalar) {
    case "string":
      if (from === "int64") throw new ConversionFailed(`cannot convert int64 to ${goName(node, table)}`);
      if (from !== "string") throw new ConversionFailed("unrecognized type: string");
      return value;
    case "boolean":
      if (from !== "bool") throw new ConversionFailed("unrecognized type: bool");
      return value;
    case "float64":
      if (from !== "int64" && from !== "float64") throw new ConversionFailed("unrecognized type: float64");
      return value;
    case "int32":
    case "int64":
      return wrapped(value, node.scalar, goName(node, table));
    case "bytes":
      return convertBytes(value);
    case "quantity":
    case "intOrString":
    case "time":
    case "microTime":
    case "duration":
      return unmarshalled(value, node, table);
  }
};

const MOST_INT64 = 2n ** 63n;

/** Go converts without looking: bits that do not fit are lost, a float that is too large becomes the least integer. */
const wrapped = (value: Value, kind: "int32" | "int64", name: string): Value => {
  if (typeof value !== "number" && typeof value !== "bigint") throw new ConversionFailed(`unrecognized type: ${kind}`);
  if (typeof value === "number" && !Number.isInteger(value))
    throw new ConversionFailed(`cannot convert float64 to ${name}`);
  const exact = BigInt(value);
  const fits = exact < MOST_INT64 && exact >= -MOST_INT64;
  const bits = BigInt.asIntN(kind === "int32" ? 32 : 64, fits ? exact : -MOST_INT64);
  return Number.isSafeInteger(Number(bits)) ? Number(bits) : bits;
};

const convertBytes = (value: Value): Value => {
  if (typeof value === "string") {
    if (typeof canonicalBase64(value) === "number")
      throw new ConversionFailed("error decoding from json: illegal base64 data");
    return value;
  }
  if (!Array.isArray(value)) throw new ConversionFailed(`cannot restore slice from ${kindOf(value)}`);
  return value.map((item) => {
    const number = item === null ? 0 : wrapped(item, "int32", "uint8");
    return Number(number) & 255;
  });
};

/** Types with a JSON form of their own read the value's JSON. */
const unmarshalled = (value: Value, ref: TypeRef, table: TypeTable): Value => {
  const { failure } = explain(value, ref, table);
  if (failure !== undefined) throw new ConversionFailed(failure);
  return value;
};

const mapValues = (map: ValueMap, change: (value: Value) => Value): ValueMap => {
  const changed: ValueMap = {};
  for (const [key, item] of Object.entries(map)) changed[key] = change(item);
  return changed;
};

/** The Go kind of a value, as the converter tells it. */
const kindOf = (value: Value): string => {
  if (Array.isArray(value)) return "slice";
  return isMap(value) ? "map" : goTypeOf(value);
};
