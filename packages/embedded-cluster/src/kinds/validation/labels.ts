import { isMap, type Value } from "../../json.ts";
import { type FieldError, invalid } from "../field-error.ts";
import { byteLength, mismatch, tooLong } from "./name-texts.ts";
import { DNS_LABEL_LIMIT, type NameRule, qualifiedNameRule } from "./names.ts";
import { textAt } from "../../reading.ts";

const labelValueExpression = "(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?";
const labelValueRegexp = new RegExp(`^${labelValueExpression}$`);

/** All keys and values of an object's annotations together. */
export const ANNOTATIONS_LIMIT = 256 * 1024;

/** Empty, or at most 63 bytes that start and end with a letter or digit. */
export const labelValue: NameRule = (value) => {
  const errors = byteLength(value) > DNS_LABEL_LIMIT ? [tooLong(DNS_LABEL_LIMIT)] : [];
  if (!labelValueRegexp.test(value))
    errors.push(
      mismatch(
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
        labelValueExpression,
        "MyValue",
        "my_value",
        "12345",
      ),
    );
  return errors;
};

export const validateLabelKey = (key: string, field: string): readonly FieldError[] =>
  qualifiedNameRule(key).map((text) => invalid(field, key, text));

/** The string entries of a map by key; Go visits them in no order, the embedded cluster in that of the keys. */
export const stringEntries = (map: Value | undefined): readonly (readonly [string, string])[] =>
  isMap(map)
    ? Object.keys(map)
        .toSorted()
        .map((key) => [key, textAt(map, key)] as const)
    : [];

export const validateLabels = (labels: Value | undefined, field: string): readonly FieldError[] =>
  stringEntries(labels).flatMap(([key, value]) => [
    ...validateLabelKey(key, field),
    ...labelValue(value).map((text) => invalid(field, value, text)),
  ]);

export const validateAnnotations = (annotations: Value | undefined, field: string): readonly FieldError[] => {
  const entries = stringEntries(annotations);
  const errors: FieldError[] = entries.flatMap(([key]) =>
    qualifiedNameRule(key.toLowerCase()).map((text) => invalid(field, key, text)),
  );
  const size = entries.reduce((sum, [key, value]) => sum + byteLength(key) + byteLength(value), 0);
  if (size > ANNOTATIONS_LIMIT)
    errors.push({
      type: "FieldValueTooLong",
      field,
      detail: `may not be more than ${ANNOTATIONS_LIMIT} bytes`,
    });
  return errors;
};
