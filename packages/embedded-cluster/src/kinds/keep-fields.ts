import type { LiveObject, Value } from "../json.ts";
import { type FieldError, invalid } from "./field-error.ts";
import { sameMeaning } from "../equal.ts";

/** The finding that a value may not be another than before. */
export const immutable = (value: Value | undefined, old: Value | undefined, field: string): readonly FieldError[] =>
  sameMeaning(value, old) ? [] : [invalid(field, value ?? null, "field is immutable")];

/** The rule of a kind some of whose fields stay as they were made. */
export const keepFields =
  (...fields: readonly string[]) =>
  (object: LiveObject, old: LiveObject): readonly FieldError[] =>
    fields.flatMap((field) => immutable(object[field], old[field], field));
