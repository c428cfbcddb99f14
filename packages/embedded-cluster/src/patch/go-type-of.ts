import { isMap, type Value } from "../json.ts";

/** Does the server read this number as an int64? What is larger becomes a float. */
export const isGoInteger = (value: number | bigint): boolean =>
  typeof value === "bigint" ? BigInt.asIntN(64, value) === value : Number.isInteger(value) && Math.abs(value) < 2 ** 63;

/** The Go type into which the server reads a JSON value. */
export const goTypeOf = (value: Value): string => {
  if (value === null) return "%!s(<nil>)";
  if (Array.isArray(value)) return "[]interface {}";
  if (isMap(value)) return "map[string]interface {}";
  if (typeof value === "number" || typeof value === "bigint") return isGoInteger(value) ? "int64" : "float64";
  return typeof value === "string" ? "string" : "bool";
};
