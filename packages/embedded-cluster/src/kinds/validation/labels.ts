import { isMap, type Value } from "../../json.ts";
import { type FieldError, invalid, tooLong } from "../field-error.ts";
import { byteLength, labelValue, qualifiedNameRule } from "./names.ts";
import { textAt } from "../../reading.ts";

/** All keys and values of an object's annotations together. */
export const ANNOTATIONS_LIMIT = 256 * 1024;

/** The string entries of a map by key; Go visits them in no order, the embedded cluster in that of the keys. */
export const stringEntries = (map: Value | undefined): readonly (readonly [string, string])[] =>
  isMap(map)
    ? Object.keys(map)
        .toSorted()
        .map((key) => [key, textAt(map, key)] as const)
    : [];

export const validateLabels = (labels: Value | undefined, field: string): readonly FieldError[] =>
  stringEntries(labels).flatMap(([key, value]) => [
    ...qualifiedNameRule(key).map((text) => invalid(field, key, text)),
    ...labelValue(value).map((text) => invalid(field, value, text)),
  ]);

export const validateAnnotations = (annotations: Value | undefined, field: string): readonly FieldError[] => {
  const entries = stringEntries(annotations);
  const size = entries.reduce((sum, [key, value]) => sum + byteLength(key) + byteLength(value), 0);
  return [
    ...entries.flatMap(([key]) => qualifiedNameRule(key.toLowerCase()).map((text) => invalid(field, key, text))),
    ...(size > ANNOTATIONS_LIMIT ? [tooLong(field, `may not be more than ${ANNOTATIONS_LIMIT} bytes`)] : []),
  ];
};
