import { isMap, type Value } from "../json.ts";

/** A JSON value as Go prints it with `%v`: `map[spec:map[replicas:3]]`, keys sorted. */
export const goPrint = (value: Value): string => {
  if (value === null) return "<nil>";
  if (Array.isArray(value)) return `[${value.map((item) => goPrint(item)).join(" ")}]`;
  if (typeof value === "number") return printNumber(value);
  if (!isMap(value)) return `${value}`;
  const members = Object.keys(value)
    .toSorted()
    .map((key) => `${key}:${goPrint(value[key] ?? null)}`);
  return `map[${members.join(" ")}]`;
};

/** Integers were read as int64; other numbers go to an exponent below 1e-4 and from 1e21, as with `%g`. */
const printNumber = (value: number): string => {
  if (Number.isInteger(value)) return String(value).replace(/e\+?(-?)(\d)$/, "e+$1$2");
  const text = Math.abs(value) < 1e-4 ? value.toExponential() : String(value);
  return text.replace(/e([+-])(\d)$/, "e$10$2");
};
