import { isMap, type Value } from "../json.ts";
import { goQuote } from "./validation/go-quote.ts";

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
      : `${words[error.type]}: ${describeValue(error.badValue)}`;
  return error.detail === "" ? head : `${head}: ${error.detail}`;
};

/** Go's encoder escapes these three in JSON. Keys stay in the order given: a struct's is that of its fields. */
const asGoJson = (value: Value): string => {
  if (Array.isArray(value)) return `[${value.map(asGoJson).join(",")}]`;
  if (isMap(value))
    return `{${Object.keys(value)
      .map((key) => `${asGoJson(key)}:${asGoJson(value[key] ?? null)}`)
      .join(",")}}`;
  if (typeof value === "bigint") return value.toString();
  const text = JSON.stringify(value);
  return typeof value === "string"
    ? text.replaceAll(/[<>&\u2028\u2029]/g, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`)
    : text;
};

/** A bad value as the server prints it: strings quoted as Go does, the rest as JSON. */
const describeValue = (value: Value): string => (typeof value === "string" ? goQuote(value) : asGoJson(value));
