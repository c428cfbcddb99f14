import type { Value } from "../json.ts";

const withBigint = (_key: string, value: unknown): unknown =>
  typeof value === "bigint" ? (JSON as unknown as RawJson).rawJSON(value.toString()) : value;

interface RawJson {
  rawJSON(text: string): unknown;
}

/** JSON text of a value, in the order of its keys; integers beyond 2^53 (bigint) are written exactly. */
export const writeJson = (value: Value): string => {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof TypeError) return JSON.stringify(value, withBigint); // the slow way, only where it is needed
    throw error;
  }
};
