import { type Value, isMap } from "../json.ts";

/** JSON text of a value, in the order of its keys; integers beyond 2^53 exactly. */
export const writeJson = (value: Value): string => {
  if (typeof value === "bigint") return String(value);
  if (Array.isArray(value)) return `[${value.map(writeJson).join(",")}]`;
  if (!isMap(value)) return JSON.stringify(value);
  const members = Object.keys(value).map((key) => `${JSON.stringify(key)}:${writeJson(value[key] as Value)}`);
  return `{${members.join(",")}}`;
};
