import { isMap, type Value } from "../json.ts";

/** The JSON schema type of a value, numbers told apart as Go's decoder does: what fits an int64 is an integer. */
export type ValueKind = "null" | "boolean" | "string" | "integer" | "number" | "array" | "object";

export const kindOfValue = (value: Value): ValueKind => {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (isMap(value)) return "object";
  if (typeof value === "bigint") return BigInt.asIntN(64, value) === value ? "integer" : "number";
  if (typeof value === "number") return Number.isSafeInteger(value) ? "integer" : "number";
  return typeof value === "boolean" ? "boolean" : "string";
};
