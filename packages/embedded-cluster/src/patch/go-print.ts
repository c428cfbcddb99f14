import { goTypeOf, isGoInteger } from "./go-type-of.ts";
import { isMap, type Value } from "../json.ts";

/** A JSON value as Go prints it with `%v`: `map[spec:map[replicas:3]]`, keys sorted. */
export const goPrint = (value: Value): string => {
  if (value === null) return "<nil>";
  if (Array.isArray(value)) return `[${value.map((item) => goPrint(item)).join(" ")}]`;
  if (typeof value === "number" || typeof value === "bigint")
    return isGoInteger(value) ? `${value}` : printFloat(Number(value));
  if (!isMap(value)) return `${value}`;
  const members = Object.keys(value)
    .toSorted()
    .map((key) => `${key}:${goPrint(value[key] ?? null)}`);
  return `map[${members.join(" ")}]`;
};

/** `%v` of a float64: the shortest digits, with an exponent of two digits below 1e-4 and from 1e6. */
const printFloat = (value: number): string => {
  const size = Math.abs(value);
  const text = size !== 0 && (size < 1e-4 || size >= 1e6) ? value.toExponential() : String(value);
  return text.replace(/e([+-])(\d)$/, "e$10$2");
};

/** As `%s` prints what should have been a string. */
export const asText = (value: Value): string => {
  if (typeof value === "string") return value;
  return value === null ? "%!s(<nil>)" : `%!s(${goTypeOf(value)}=${goPrint(value)})`;
};
