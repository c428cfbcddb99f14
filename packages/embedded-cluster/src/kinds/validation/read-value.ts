import { isMap, type Value, type ValueMap } from "../../json.ts";

const noFields: Readonly<ValueMap> = Object.freeze({});

/** A text field as Go has it: "" when absent or null. */
export const textOf = (value: Value | undefined): string => (typeof value === "string" ? value : "");

/** The fields of a struct that may be absent; read only. */
export const fieldsOf = (value: Value | undefined): Readonly<ValueMap> => (isMap(value) ? value : noFields);

/** The items of a list; none when absent or null. */
export const itemsOf = (value: Value | undefined): readonly Value[] => (Array.isArray(value) ? value : []);

/** The items of a list of structs. */
export const structsOf = (value: Value | undefined): readonly ValueMap[] => itemsOf(value).filter(isMap);

/** The items of a list of texts. */
export const textsOf = (value: Value | undefined): readonly string[] => itemsOf(value).map(textOf);

/** A number field as Go has it: 0 when absent or null. */
export const numberOf = (value: Value | undefined): number =>
  typeof value === "number" || typeof value === "bigint" ? Number(value) : 0;

/** Set in Go's sense of a pointer: neither absent nor null. */
export const isSet = (value: Value | undefined): value is Value => value !== undefined && value !== null;

/** Set in Go's sense of a list or map: at least one entry. */
export const hasEntries = (value: Value | undefined): boolean =>
  Array.isArray(value) ? value.length > 0 : isMap(value) && Object.keys(value).length > 0;
