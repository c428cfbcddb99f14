import type { Value } from "../json.ts";
import { writeJson } from "../store/write-json.ts";

/** What is wrong with a field, in the API server's vocabulary (apimachinery `field.ErrorType`), and how a message begins. */
const WORDS = {
  FieldValueRequired: "Required value",
  FieldValueDuplicate: "Duplicate value",
  FieldValueInvalid: "Invalid value",
  FieldValueNotSupported: "Unsupported value",
  FieldValueForbidden: "Forbidden",
  FieldValueTooLong: "Too long",
  FieldValueTooMany: "Too many",
  FieldValueTypeInvalid: "Invalid value",
} as const;
export type FieldErrorType = keyof typeof WORDS;

/** One finding of validation; `badValue` is left out where the message has none. */
export interface FieldError {
  readonly type: FieldErrorType;
  /** `spec.containers[0].name` */
  readonly field: string;
  readonly detail: string;
  readonly badValue?: Value;
}

export const required = (field: string, detail = ""): FieldError => ({ type: "FieldValueRequired", field, detail });
export const forbidden = (field: string, detail = ""): FieldError => ({ type: "FieldValueForbidden", field, detail });
export const tooLong = (field: string, detail: string): FieldError => ({ type: "FieldValueTooLong", field, detail });
export const invalid = (field: string, badValue: Value, detail: string): FieldError => ({
  type: "FieldValueInvalid",
  field,
  badValue,
  detail,
});
export const duplicate = (field: string, badValue: Value): FieldError => ({
  type: "FieldValueDuplicate",
  field,
  badValue,
  detail: "",
});
/** The allowed values are told in the order given. */
export const notSupported = (field: string, badValue: Value, allowed: readonly Value[]): FieldError => ({
  type: "FieldValueNotSupported",
  field,
  badValue,
  detail: `supported values: ${allowed.map(writeJson).join(", ")}`,
});

/** The finding without its field: the `message` of a Status cause. */
export const describeFieldError = ({ badValue, detail, type }: FieldError): string =>
  [WORDS[type], ...(badValue === undefined ? [] : [writeJson(badValue)]), detail].filter(Boolean).join(": ");
