import { type Value, isMap } from "../../json.ts";
import { type FieldTerm, matchesFields } from "../../kinds/validation/field-selector.ts";
import { SelectorRefused } from "../../kinds/validation/label-selector.ts";

/** A selector of a few fields; an empty list selects all. */
export type FieldTerms = readonly FieldTerm[];

const META = ["metadata.name", "metadata.namespace"] as const;

/** Fields that one may select by, besides the two that every kind has. */
const SELECTABLE: Readonly<Record<string, readonly string[]>> = {
  "/Pod": [
    "spec.nodeName",
    "spec.restartPolicy",
    "spec.schedulerName",
    "spec.serviceAccountName",
    "spec.hostNetwork",
    "status.phase",
    "status.podIP",
    "status.nominatedNodeName",
  ],
  "/Secret": ["type"],
  "/Namespace": ["status.phase"],
  "/Service": ["spec.clusterIP", "spec.type"],
  "batch/Job": ["status.successful"],
};

/** Kinds whose wrong field labels are refused in words of their own. */
const OWN_WORDS: Readonly<Record<string, (field: string) => string>> = {
  "/Pod": (field) => `field label not supported: ${field}`,
  "/Secret": (field) => `field label not supported: ${field}`,
  "/Namespace": (field) => `field label not supported: ${field}`,
  "/Service": (field) => `field label not supported: ${field}`,
  "batch/Job": (field) => `field label "${field}" not supported for Job`,
};

/** Refuses fields that the kind cannot be selected by. `custom` are a CRD's selectableFields, undefined for built-in kinds. Throws SelectorRefused. */
export const checkFields = (terms: FieldTerms, kind: string, custom?: readonly string[]): void => {
  const allowed: readonly string[] = [...META, ...(SELECTABLE[kind] ?? []), ...(custom ?? [])];
  for (const { path: field } of terms) {
    if (allowed.includes(field)) continue;
    const words = custom === undefined ? OWN_WORDS[kind]?.(field) : `field label not supported: ${field}`;
    throw new SelectorRefused(
      words ?? `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`,
    );
  }
};

const textOf = (value: Value | undefined): string =>
  value === undefined || value === null || typeof value === "object" ? "" : String(value);

const fieldOf = (object: Value, field: string): string => {
  let at: Value | undefined = object;
  for (const part of field.split(".")) at = isMap(at) ? at[part] : undefined;
  if (field === "spec.hostNetwork") return at === true ? "true" : "false";
  if (field === "status.successful") return textOf(at) || "0";
  return textOf(at);
};

/** Whether the object (in its storage version) has these fields. */
export const selectsFields = (terms: FieldTerms, object: Value): boolean =>
  terms.length === 0 || matchesFields(terms, (path) => fieldOf(object, path));
