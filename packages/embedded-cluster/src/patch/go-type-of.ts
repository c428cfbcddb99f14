import { isMap, type Value } from "../json.ts";

/** The Go type into which the server reads a JSON value. */
export const goTypeOf = (value: Value): string => {
  if (value === null) return "%!s(<nil>)";
  if (Array.isArray(value)) return "[]interface {}";
  if (isMap(value)) return "map[string]interface {}";
  if (typeof value === "number") return Number.isInteger(value) ? "int64" : "float64";
  return { string: "string", boolean: "bool", bigint: "int64" }[typeof value as "string" | "boolean" | "bigint"];
};
