import forms from "./internal-forms.json" with { type: "json" };
import { carryEmpties, isMap } from "../../json.ts";
import type { Value, ValueMap } from "../../json.ts";
import { cameEmpty } from "../../schema/came-empty.ts";
import { printed } from "./findings.ts";
import { printedSelector } from "./selector.ts";

/**
 * The server prints some values in its inner form: Go's field names in the order of the struct, nothing left out. The table
 * names the fields of the types below a pod template and a claim (by scripts/generate-type-table/internal-forms.ts): Go's name, the JSON
 * name where it is not the same in lower case, what the field is, and its type.
 */
interface InternalField {
  readonly name: string;
  readonly key: string;
  readonly kind: string;
  readonly type: string;
}

const table: Readonly<Record<string, readonly string[]>> = forms;
const parsed = new Map<string, readonly InternalField[]>();

const fieldsOf = (type: string): readonly InternalField[] => {
  const known = parsed.get(type);
  if (known !== undefined) return known;
  const fields = (table[type] ?? []).map((text) => {
    const [names = "", kind = "meta", fieldType = ""] = text.split(" ");
    const [name = "", key = name.charAt(0).toLowerCase() + name.slice(1)] = names.split("=");
    return { name, key, kind, type: fieldType };
  });
  parsed.set(type, fields);
  return fields;
};

/** A value of the v1 API as the server's inner form prints it; `type` is a name of the table. */
export const printedInternal = (type: string, value: ValueMap): Value => {
  const source = type === "PodSpec" ? withHostNamespaces(value) : value;
  const form: ValueMap = {};
  for (const field of fieldsOf(type)) {
    if (field.name === "meta") Object.assign(form, printedMetadata(source["metadata"]));
    else form[field.name] = cameEmpty(source, field.key) ? emptyOf(field) : printedField(field, source[field.key]);
  }
  return form;
};

const ZERO: Readonly<Record<string, Value>> = { text: "", number: 0, bool: false, quantity: "0" };

/** What a body gave as empty is not nil. */
const emptyOf = ({ kind }: InternalField): Value => (kind === "map" ? {} : []);

const printedField = ({ kind, type }: InternalField, value: Value | undefined): Value => {
  if (kind === "list")
    return Array.isArray(value) ? value.map((item) => printedInternal(type, isMap(item) ? item : {})) : null;
  if (kind === "ptr") return isMap(value) ? printedInternal(type, value) : null;
  if (kind === "struct") return printedInternal(type, isMap(value) ? value : {});
  if (kind === "selector") return isMap(value) ? printedSelector(value) : null;
  return printed(value ?? ZERO[kind] ?? null);
};

/** Where the inner form keeps the host's namespaces. */
const HOST = ["hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace", "hostUsers"];

const withHostNamespaces = (spec: ValueMap): ValueMap => {
  const given = spec["securityContext"];
  const context: ValueMap = isMap(given) ? carryEmpties(given, { ...given }) : {};
  for (const key of HOST) if (spec[key] !== undefined) context[key] = spec[key];
  return carryEmpties(spec, { ...spec, securityContext: context });
};

const METADATA = ["name", "generateName", "namespace", "labels", "annotations", "ownerReferences", "finalizers"];

/** Metadata keeps its JSON names, and leaves out what is empty. */
const printedMetadata = (metadata: Value | undefined): ValueMap =>
  isMap(metadata)
    ? Object.fromEntries(
        METADATA.flatMap((key) => (metadata[key] === undefined ? [] : [[key, printed(metadata[key])]])),
      )
    : {};

/** The same as indented text, as the server prints it to compare two. */
export const prettyInternal = (type: string, value: ValueMap): string =>
  JSON.stringify(printedInternal(type, value), null, 1).replaceAll(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`,
  );

/** Whether a type of the table has a field of this JSON name. */
export const typeHas = (type: string, key: string): boolean => fieldsOf(type).some((field) => field.key === key);
