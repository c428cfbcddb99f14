import { isMap, type Value } from "../json.ts";
import { goFloat } from "./go-float.ts";
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
  /** `json` where the Go value is a string type of its own, which is printed as JSON; else a string is printed as Go's %q. Seen only in `<`, `>`, `&` and control characters. */
  readonly printedAs?: "json";
  /** The bad value as told, where its JSON does not tell how: a whole number that the server holds as a float. */
  readonly shown?: string;
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
/** The allowed values are told in the order given. */
export const notSupported = (field: string, badValue: Value, allowed: readonly string[]): FieldError => ({
  type: "FieldValueNotSupported",
  field,
  badValue,
  detail: `supported values: ${allowed.map(goQuote).join(", ")}`,
});
/** The finding about a value whose Go type is a string type of its own. */
export const ofNamedType = (error: FieldError): FieldError => ({ ...error, printedAs: "json" });

const valueless: ReadonlySet<FieldErrorType> = new Set([
  "FieldValueRequired",
  "FieldValueForbidden",
  "FieldValueTooLong",
  "FieldValueTooShort",
  "InternalError",
]);

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

/** A bad value as the server prints it: strings and floats as Go does, the rest as JSON. */
const printed = ({ badValue = null, printedAs, shown }: FieldError): string => {
  if (shown !== undefined) return shown;
  if (typeof badValue === "string" && printedAs !== "json") return goQuote(badValue);
  return typeof badValue === "number" && !Number.isSafeInteger(badValue) ? goFloat(badValue) : asGoJson(badValue);
};

/** The finding without its field: the `message` of a Status cause. */
export const describeFieldError = (error: FieldError): string => {
  const head =
    valueless.has(error.type) || error.badValue === undefined
      ? words[error.type]
      : `${words[error.type]}: ${printed(error)}`;
  return error.detail === "" ? head : `${head}: ${error.detail}`;
};
