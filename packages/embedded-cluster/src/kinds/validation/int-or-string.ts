import type { Value } from "../../json.ts";

/** A whole number or a text such as `25%` or a port's name. */
export type IntOrString = number | string;

/** The value of an IntOrString field, `undefined` when absent. */
export const intOrString = (value: Value | undefined): IntOrString | undefined => {
  if (typeof value === "number" || typeof value === "string") return value;
  return typeof value === "bigint" ? Number(value) : undefined;
};

/** The number before a `%`; `undefined` for what is no percentage. Leading signs and zeros are read as Go's Atoi reads them. */
export const percentOf = (value: IntOrString): number | undefined => {
  if (typeof value === "number") return undefined;
  const digits = /^([+-]?[0-9]+)%$/.exec(value)?.[1];
  return digits === undefined ? undefined : Number(digits);
};
