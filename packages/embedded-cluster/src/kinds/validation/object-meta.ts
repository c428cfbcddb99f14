import { type LiveObject, type Value, type ValueMap } from "../../json.ts";
import { type FieldError, forbidden, invalid, required } from "../field-error.ts";
import { validateAnnotations, validateLabels } from "./labels.ts";
import { byteLength, mustNotBeNegative } from "./name-texts.ts";
import { nameIsDnsLabel, type ObjectNameRule, qualifiedNameRule } from "./names.ts";
import { goQuote } from "./go-quote.ts";
import { textsAt, textAt, textsOf, mapsOf } from "../../reading.ts";

/** Key order of Go's OwnerReference, in which a bad value is printed. */
const ownerFields = ["apiVersion", "kind", "name", "uid", "controller", "blockOwnerDeletion"] as const;

const printedOwner = (owner: ValueMap): Value => {
  const printed: ValueMap = {};
  for (const field of ownerFields) {
    const value = owner[field];
    if (value !== undefined && value !== null) printed[field] = value;
    else if (field !== "controller" && field !== "blockOwnerDeletion") printed[field] = "";
  }
  return printed;
};

const validateOwner = (owner: ValueMap, field: string): readonly FieldError[] => {
  const apiVersion = textAt(owner, "apiVersion");
  const errors: FieldError[] = [];
  // Go's ParseGroupVersion: "" has no version, two slashes give neither group nor version.
  const parts = apiVersion.split("/");
  const version = parts.length > 2 ? "" : (parts.at(-1) ?? "");
  if (version === "") errors.push(invalid(`${field}.apiVersion`, apiVersion, "version must not be empty"));
  for (const key of ["kind", "name", "uid"] as const)
    if (textAt(owner, key) === "") errors.push(invalid(`${field}.${key}`, "", "must not be empty"));
  if (apiVersion === "v1" && owner["kind"] === "Event")
    errors.push(invalid(field, printedOwner(owner), "/v1, Kind=Event is disallowed from being an owner"));
  return errors;
};

/** What apimachinery finds wrong with owner references, at most one of which may be the controller. */
const validateOwnerReferences = (references: Value | undefined, field: string): readonly FieldError[] => {
  const owners = mapsOf(references);
  const errors: FieldError[] = [];
  let controller = "";
  for (const owner of owners) {
    errors.push(...validateOwner(owner, field));
    if (owner["controller"] !== true) continue;
    const name = `${textAt(owner, "kind")}/${textAt(owner, "name")}`;
    if (controller === "") controller = name;
    else
      errors.push(
        invalid(
          field,
          owners.map(printedOwner),
          `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${name}`,
        ),
      );
  }
  return errors;
};

/** Finalizer names are qualified names; orphan and foregroundDeletion exclude each other. */
const validateFinalizers = (finalizers: Value | undefined, field: string): readonly FieldError[] => {
  const names = textsOf(finalizers);
  const errors: FieldError[] = names.flatMap((name) => qualifiedNameRule(name).map((why) => invalid(field, name, why)));
  if (names.includes("orphan") && names.includes("foregroundDeletion"))
    errors.push(invalid(field, [...names], "finalizer orphan and foregroundDeletion cannot be both set"));
  return errors;
};

/** What a manager's name must be: at most 128 bytes, printable. */
const validateManagerName = (manager: string, field: string): readonly FieldError[] => {
  const errors: FieldError[] = [];
  if (byteLength(manager) > 128)
    errors.push({ type: "FieldValueTooLong", field, detail: "may not be more than 128 bytes" });
  let position = 0;
  for (const character of manager) {
    if (character !== " " && !/^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(character)) {
      const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
      errors.push(invalid(field, manager, `invalid character U+${code} (at position ${position})`));
    }
    position += byteLength(character);
  }
  return errors;
};

const validateManagedFields = (entries: Value | undefined, field: string): readonly FieldError[] =>
  mapsOf(entries).flatMap((entry, index) => {
    const at = `${field}[${index}]`;
    const operation = textAt(entry, "operation");
    const fieldsType = textAt(entry, "fieldsType");
    const errors: FieldError[] = [];
    if (operation !== "Apply" && operation !== "Update")
      errors.push(invalid(`${at}.operation`, operation, "must be `Apply` or `Update`"));
    if (fieldsType !== "" && fieldsType !== "FieldsV1")
      errors.push(invalid(`${at}.fieldsType`, fieldsType, "must be `FieldsV1`"));
    errors.push(...validateManagerName(textAt(entry, "manager"), `${at}.manager`));
    if (byteLength(textAt(entry, "subresource")) > 256)
      errors.push({
        type: "FieldValueTooLong",
        field: `${at}.subresource`,
        detail: "may not be more than 256 bytes",
      });
    return errors;
  });

const validateNamespace = (namespace: string, namespaced: boolean, field: string): readonly FieldError[] => {
  if (!namespaced) return namespace === "" ? [] : [forbidden(field, "not allowed on this type")];
  if (namespace === "") return [required(field)];
  return nameIsDnsLabel(namespace, false).map((why) => invalid(field, namespace, why));
};

/** All findings in an object's metadata on create, after its name was generated, in apimachinery's order (ValidateObjectMetaAccessor). */
export const validateObjectMeta = (
  object: LiveObject,
  namespaced: boolean,
  nameRule: ObjectNameRule,
  field = "metadata",
): readonly FieldError[] => {
  const meta = object.metadata;
  const name = textAt(meta, "name");
  const generateName = textAt(meta, "generateName");
  const generation = meta["generation"];
  return [
    ...(generateName === ""
      ? []
      : nameRule(generateName, true).map((why) => invalid(`${field}.generateName`, generateName, why))),
    ...(name === ""
      ? [required(`${field}.name`, "name or generateName is required")]
      : nameRule(name, false).map((why) => invalid(`${field}.name`, name, why))),
    ...validateNamespace(textAt(meta, "namespace"), namespaced, `${field}.namespace`),
    ...((typeof generation === "number" || typeof generation === "bigint") && generation < 0
      ? [invalid(`${field}.generation`, generation, mustNotBeNegative)]
      : []),
    ...validateLabels(meta["labels"], `${field}.labels`),
    ...validateAnnotations(meta["annotations"], `${field}.annotations`),
    ...validateOwnerReferences(meta["ownerReferences"], `${field}.ownerReferences`),
    ...validateFinalizers(meta["finalizers"], `${field}.finalizers`),
    ...validateManagedFields(meta["managedFields"], `${field}.managedFields`),
  ];
};

const newFinalizers = (next: ValueMap, old: ValueMap, field: string): readonly FieldError[] => {
  if (typeof old["deletionTimestamp"] !== "string") return [];
  const had = new Set(textsAt(old, "finalizers"));
  const extra = [...new Set(textsAt(next, "finalizers"))].filter((name) => !had.has(name)).toSorted();
  return extra.length === 0
    ? []
    : [
        forbidden(
          field,
          `no new finalizers can be added if the object is being deleted, found new finalizers []string{${extra.map(goQuote).join(", ")}}`,
        ),
      ];
};

/** Immutable metadata, and how absence of each is printed: "" for strings, null for times and numbers. */
const immutable: readonly (readonly [string, Value])[] = [
  ["name", ""],
  ["namespace", ""],
  ["uid", ""],
  ["creationTimestamp", null],
  ["deletionTimestamp", null],
  ["deletionGracePeriodSeconds", null],
];

/** All findings in an object's metadata on update, in apimachinery's order (ValidateObjectMetaAccessorUpdate). */
export const validateObjectMetaUpdate = (
  object: LiveObject,
  old: LiveObject,
  field = "metadata",
): readonly FieldError[] => {
  const meta = object.metadata;
  const before = old.metadata;
  const resourceVersion = textAt(meta, "resourceVersion");
  const generation = Number(meta["generation"] ?? 0);
  return [
    ...newFinalizers(meta, before, `${field}.finalizers`),
    ...(resourceVersion === "" ? [invalid(`${field}.resourceVersion`, "", "must be specified for an update")] : []),
    ...(generation < Number(before["generation"] ?? 0)
      ? [invalid(`${field}.generation`, generation, "must not be decremented")]
      : []),
    ...immutable.flatMap(([key, absent]) => {
      const value = meta[key] ?? absent;
      return value === (before[key] ?? absent) ? [] : [invalid(`${field}.${key}`, value, "field is immutable")];
    }),
    ...validateLabels(meta["labels"], `${field}.labels`),
    ...validateAnnotations(meta["annotations"], `${field}.annotations`),
    ...validateOwnerReferences(meta["ownerReferences"], `${field}.ownerReferences`),
    ...validateManagedFields(meta["managedFields"], `${field}.managedFields`),
  ];
};
