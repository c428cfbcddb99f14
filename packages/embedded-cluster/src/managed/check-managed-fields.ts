import type { FieldError } from "../kinds/field-error.ts";
import { invalid } from "../kinds/field-error.ts";
import type { LiveObject, Value } from "../json.ts";
import { isMap } from "../json.ts";
import { ManagedFieldsUnreadable, readManagers } from "./manager-table.ts";
import { textOf } from "../reading.ts";

const MOST_NAME_BYTES = 128;
const MOST_SUBRESOURCE_BYTES = 256;
const printable = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

const tooLong = (field: string, most: number): FieldError => ({
  type: "FieldValueTooLong",
  field,
  detail: `may not be more than ${most} bytes`,
});

const bytes = (value: string): number => new TextEncoder().encode(value).length;

/** What is wrong with the name of a manager, as a `fieldManager` parameter or in an entry. */
export const checkManagerName = (name: string, field: string): readonly FieldError[] => {
  const errors: FieldError[] = bytes(name) > MOST_NAME_BYTES ? [tooLong(field, MOST_NAME_BYTES)] : [];
  let position = 0;
  for (const character of name) {
    if (!printable.test(character)) {
      const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
      errors.push(invalid(field, name, `invalid character U+${code} (at position ${position})`));
    }
    position += bytes(character);
  }
  return errors;
};

/** What is wrong with entries that a client sent: part of the validation of all metadata. */
export const checkManagedFields = (
  entries: Value | undefined,
  field = "metadata.managedFields",
): readonly FieldError[] =>
  Array.isArray(entries) ? entries.flatMap((entry, i) => checkEntry(isMap(entry) ? entry : {}, `${field}[${i}]`)) : [];

const checkEntry = (entry: Readonly<Record<string, Value>>, field: string): readonly FieldError[] => {
  const errors: FieldError[] = [];
  const { operation = "", fieldsType = "", manager = "", subresource = "" } = entry;
  if (operation !== "Apply" && operation !== "Update") {
    errors.push(invalid(`${field}.operation`, operation, "must be `Apply` or `Update`"));
  }
  if (fieldsType !== "" && fieldsType !== "FieldsV1") {
    errors.push(invalid(`${field}.fieldsType`, fieldsType, "must be `FieldsV1`"));
  }
  errors.push(...checkManagerName(textOf(manager), `${field}.manager`));
  if (bytes(textOf(subresource)) > MOST_SUBRESOURCE_BYTES) {
    errors.push(tooLong(`${field}.subresource`, MOST_SUBRESOURCE_BYTES));
  }
  return errors;
};

/**
 * After mutating admission: entries that a hook garbled become those from before it, in place. Gives the text of the
 * `Warning` that the client gets then.
 */
export const restoreManagedFields = (object: LiveObject, before: Value | undefined): string | undefined => {
  try {
    readManagers(object.metadata["managedFields"]);
    return undefined;
  } catch (error) {
    if (!(error instanceof ManagedFieldsUnreadable)) throw error;
    if (before === undefined) delete object.metadata["managedFields"];
    else object.metadata["managedFields"] = before;
    return `.metadata.managedFields was in an invalid state after admission; this could be caused by an outdated mutating admission controller; please fix your requests: ${error.message}`;
  }
};
