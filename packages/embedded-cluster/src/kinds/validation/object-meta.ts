import { type LiveObject, type Value, type ValueMap } from "../../json.ts";
import { type FieldError, forbidden, invalid, required, tooLong } from "../field-error.ts";
import { validateAnnotations, validateLabels } from "./labels.ts";
import { byteLength, nameIsDnsLabel, type ObjectNameRule, qualifiedNameRule } from "./names.ts";
import { textsAt, textAt, textsOf, mapsOf } from "../../reading.ts";

const validateOwner = (owner: ValueMap, field: string): readonly FieldError[] => {
  const apiVersion = textAt(owner, "apiVersion");
  const version = apiVersion.split("/", 3).length > 2 ? "" : (apiVersion.split("/").at(-1) ?? "");
  return [
    ...(version === "" ? [invalid(`${field}.apiVersion`, apiVersion, "version must not be empty")] : []),
    ...["kind", "name", "uid"].flatMap((key) =>
      textAt(owner, key) === "" ? [invalid(`${field}.${key}`, "", "must not be empty")] : [],
    ),
  ];
};

/** Owner references must name their owners; at most one may be the controller. */
const validateOwnerReferences = (references: Value | undefined, field: string): readonly FieldError[] => {
  const owners = mapsOf(references);
  const controllers = owners.filter((owner) => owner["controller"] === true);
  return [
    ...owners.flatMap((owner) => validateOwner(owner, field)),
    ...(controllers.length > 1
      ? [invalid(field, [...owners], "Only one reference can have Controller set to true")]
      : []),
  ];
};

/** Finalizer names are qualified names; orphan and foregroundDeletion exclude each other. */
const validateFinalizers = (finalizers: Value | undefined, field: string): readonly FieldError[] => {
  const names = textsOf(finalizers);
  const errors: FieldError[] = names.flatMap((name) => qualifiedNameRule(name).map((why) => invalid(field, name, why)));
  if (names.includes("orphan") && names.includes("foregroundDeletion"))
    errors.push(invalid(field, [...names], "finalizer orphan and foregroundDeletion cannot be both set"));
  return errors;
};

const validateManagedFields = (entries: Value | undefined, field: string): readonly FieldError[] =>
  mapsOf(entries).flatMap((entry, index) => {
    const at = `${field}[${index}]`;
    const operation = textAt(entry, "operation");
    const fieldsType = textAt(entry, "fieldsType");
    return [
      ...(operation === "Apply" || operation === "Update"
        ? []
        : [invalid(`${at}.operation`, operation, "must be `Apply` or `Update`")]),
      ...(fieldsType === "" || fieldsType === "FieldsV1"
        ? []
        : [invalid(`${at}.fieldsType`, fieldsType, "must be `FieldsV1`")]),
      ...(byteLength(textAt(entry, "manager")) > 128
        ? [tooLong(`${at}.manager`, "may not be more than 128 bytes")]
        : []),
    ];
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
      ? [invalid(`${field}.generation`, generation, "must be greater than or equal to 0")]
      : []),
    ...validateLabels(meta["labels"], `${field}.labels`),
    ...validateAnnotations(meta["annotations"], `${field}.annotations`),
    ...validateOwnerReferences(meta["ownerReferences"], `${field}.ownerReferences`),
    ...validateFinalizers(meta["finalizers"], `${field}.finalizers`),
    ...validateManagedFields(meta["managedFields"], `${field}.managedFields`),
  ];
};

const newFinalizers = (next: ValueMap, old: ValueMap, field: string): readonly FieldError[] => {
  const had = textsAt(old, "finalizers");
  const isNew = (name: string): boolean => !had.includes(name);
  return typeof old["deletionTimestamp"] === "string" && textsAt(next, "finalizers").some(isNew)
    ? [forbidden(field, "no new finalizers can be added if the object is being deleted")]
    : [];
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
