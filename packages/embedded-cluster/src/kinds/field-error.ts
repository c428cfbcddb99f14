import type { Value } from "../json.ts";

/** What is wrong with a field, in the API server's vocabulary (apimachinery `field.ErrorType`). */
export type FieldErrorType =
  | "FieldValueNotFound"
  | "FieldValueRequired"
  | "FieldValueDuplicate"
  | "FieldValueInvalid"
  | "FieldValueNotSupported"
  | "FieldValueForbidden"
  | "FieldValueTooLong"
  | "FieldValueTooMany"
  | "FieldValueTooFew"
  | "FieldValueTooShort"
  | "InternalError"
  | "FieldValueTypeInvalid";

const words: Readonly<Record<FieldErrorType, string>> = {
  FieldValueNotFound: "Not found",
  FieldValueRequired: "Required value",
  FieldValueDuplicate: "Duplicate value",
  FieldValueInvalid: "Invalid value",
  FieldValueNotSupported: "Unsupported value",
  FieldValueForbidden: "Forbidden",
  FieldValueTooLong: "Too long",
  FieldValueTooMany: "Too many",
  FieldValueTooFew: "Too few",
  FieldValueTooShort: "Too short",
  InternalError: "Internal error",
  FieldValueTypeInvalid: "Invalid value",
};

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
/** The allowed values are told sorted, quoted, as the server does. */
export const notSupported = (field: string, badValue: Value, allowed: readonly string[]): FieldError => ({
  type: "FieldValueNotSupported",
  field,
  badValue,
  detail: `supported values: ${allowed
    .toSorted()
    .map((value) => JSON.stringify(value))
    .join(", ")}`,
});

const valueless: ReadonlySet<FieldErrorType> = new Set([
  "FieldValueRequired",
  "FieldValueForbidden",
  "FieldValueTooLong",
  "FieldValueTooShort",
  "InternalError",
]);

/** The finding without its field: the `message` of a Status cause. */
export const describeFieldError = (error: FieldError): string => {
  const head =
    valueless.has(error.type) || error.badValue === undefined
      ? words[error.type]
      : `${words[error.type]}: ${JSON.stringify(error.badValue)}`;
  return error.detail === "" ? head : `${head}: ${error.detail}`;
};
