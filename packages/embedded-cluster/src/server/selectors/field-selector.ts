import { type Value, isMap } from "../../json.ts";
import { type FieldTerm, matchesFields } from "../../kinds/validation/field-selector.ts";
import { SelectorRefused } from "../../kinds/validation/label-selector.ts";

/** A selector of a few fields; an empty list selects all. */
export type FieldTerms = readonly FieldTerm[];

const META = ["metadata.name", "metadata.namespace"] as const;

/** Fields that one may select by, besides the two that every kind has. */
const SELECTABLE: Readonly<Record<string, readonly string[]>> = {
  "/Pod": ["spec.nodeName", "status.phase"],
  "/Secret": ["type"],
  "/Namespace": ["status.phase"],
  "/Service": ["spec.clusterIP", "spec.type"],
};

/** Refuses fields that the kind cannot be selected by. `custom` are a CRD's selectableFields. Throws SelectorRefused. */
export const checkFields = (terms: FieldTerms, kind: string, custom: readonly string[]): void => {
  const allowed: readonly string[] = [...META, ...(SELECTABLE[kind] ?? []), ...custom];
  const unknown = terms.find(({ path }) => !allowed.includes(path));
  if (unknown !== undefined) throw new SelectorRefused(`field label not supported: ${unknown.path}`);
};

const textOf = (value: Value | undefined): string =>
  value === undefined || value === null || typeof value === "object" ? "" : String(value);

const fieldOf = (object: Value, field: string): string => {
  let at: Value | undefined = object;
  for (const part of field.split(".")) at = isMap(at) ? at[part] : undefined;
  return textOf(at);
};

/** Whether the object (in its storage version) has these fields. */
export const selectsFields = (terms: FieldTerms, object: Value): boolean =>
  terms.length === 0 || matchesFields(terms, (path) => fieldOf(object, path));
