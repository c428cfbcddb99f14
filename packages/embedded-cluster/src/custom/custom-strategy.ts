import { copyOf, type LiveObject, type Value } from "../json.ts";
import { type FieldError, invalid } from "../kinds/field-error.ts";
import { nameIsDnsSubdomain } from "../kinds/validation/names.ts";
import { validateObjectMeta, validateObjectMetaUpdate } from "../kinds/validation/object-meta.ts";
import type { KindStrategy } from "../kinds/kind-strategy.ts";
import { asResourceRoot, type CustomSchema, hasRulesWithin } from "./custom-schema.ts";
import { immutabilityFindings } from "./immutability-rules.ts";
import { validateListInvariants } from "./list-invariants.ts";
import { pruneFields } from "./prune-fields.ts";
import { validateValue } from "./validate-value.ts";
import { sameJson } from "../equal.ts";

/** What a strategy needs to know of one version of a custom kind. */
export interface CustomKind {
  readonly group: string;
  /** The storage version: in it objects come here, whatever version the request was in. */
  readonly version: string;
  readonly kind: string;
  /** Of the version of the request. */
  readonly schema: CustomSchema;
  /** Whether that is the storage version. */
  readonly isStored: boolean;
  readonly namespaced: boolean;
  readonly hasStatus: boolean;
}

const validateTypeMeta = (object: LiveObject, { group, version, kind }: CustomKind): readonly FieldError[] => {
  const apiVersion = `${group}/${version}`;
  return [
    ...(object.kind === kind ? [] : [invalid("kind", object.kind, `must be ${kind}`)]),
    ...(object.apiVersion === apiVersion ? [] : [invalid("apiVersion", object.apiVersion, `must be ${apiVersion}`)]),
  ];
};

const blocking: ReadonlySet<string> = new Set([
  "FieldValueNotSupported",
  "FieldValueRequired",
  "FieldValueTooLong",
  "FieldValueTooMany",
  "FieldValueTypeInvalid",
]);

const skipped = invalid(
  "<nil>",
  null,
  "some validation rules were not checked because the object was invalid; correct the existing errors to complete validation",
);

/** Of the rules in CEL only immutability is run here; that rules were skipped for other errors is told as the server does. */
const withRules = (
  errors: readonly FieldError[],
  { schema, namespaced }: CustomKind,
  object: LiveObject,
  old?: LiveObject,
): readonly FieldError[] => {
  if (!hasRulesWithin(schema)) return errors;
  // Findings in the metadata are told by the core; they keep rules from being run all the same.
  const metadata =
    old === undefined
      ? validateObjectMeta(object, namespaced, nameIsDnsSubdomain)
      : validateObjectMetaUpdate(object, old);
  if ([...metadata, ...errors].some(({ type }) => blocking.has(type))) return [...errors, skipped];
  return [...errors, ...immutabilityFindings(object, old, schema)];
};

const validateSchema = (object: LiveObject, custom: CustomKind): readonly FieldError[] => {
  const mistyped = validateTypeMeta(object, custom);
  return mistyped.length > 0 ? mistyped : validateValue(object, custom.schema, "");
};

/** Lists that broke their type already may go on doing so. */
const ratchetedLists = (object: LiveObject, old: LiveObject, schema: CustomSchema): readonly FieldError[] => {
  const errors = validateListInvariants(object, schema);
  return errors.length > 0 && validateListInvariants(old, schema).length === 0 ? errors : [];
};

const withoutMetadata = (object: LiveObject): Value => {
  const { metadata: _, ...rest } = object;
  return rest;
};

/** What the request's version sees of an object. */
const seenBy = (object: LiveObject, { schema, isStored }: CustomKind): Value => {
  if (isStored) return withoutMetadata(object);
  const copy = copyOf(object);
  pruneFields(copy, asResourceRoot(schema));
  return withoutMetadata(copy);
};

const takeStatus = (object: LiveObject, old: LiveObject): void => {
  const status = old["status"];
  if (status === undefined) delete object["status"];
  else object["status"] = copyOf(status);
};

/** All but status, and the managers that just wrote it, is what it was. */
const keepAllButStatus = (object: LiveObject, old: LiveObject): void => {
  const { status } = object;
  const managers = object.metadata["managedFields"];
  for (const key of Object.keys(object)) delete object[key];
  Object.assign(object, copyOf(old));
  if (managers === undefined) delete object.metadata["managedFields"];
  else object.metadata["managedFields"] = managers;
  if (status === undefined) delete object["status"];
  else object["status"] = status;
};

/** The status is validated as a root of its own, and named only then. */
const belowStatus = (errors: readonly FieldError[]): readonly FieldError[] =>
  errors.map((error) => ({ ...error, field: error.field === "<nil>" ? "status" : `status.${error.field}` }));

const statusOf = (custom: CustomKind): NonNullable<KindStrategy["status"]> => ({
  prepareForUpdate: keepAllButStatus,
  validateUpdate: (object, old) => {
    const mistyped = validateTypeMeta(object, custom);
    const within = custom.schema.properties.get("status");
    const status = object["status"];
    const errors =
      mistyped.length > 0 || within === undefined || status === undefined
        ? mistyped
        : belowStatus(validateValue(status, within, ""));
    return withRules([...errors, ...ratchetedLists(object, old, custom.schema)], custom, object, old);
  },
});

/** What the API server does to custom resources of one version (apiextensions `customResourceStrategy`), rules in CEL apart. */
export const customStrategy = (custom: CustomKind): KindStrategy => ({
  prepareForCreate: (object) => {
    if (custom.hasStatus) delete object["status"];
    object.metadata["generation"] = 1;
  },
  prepareForUpdate: (object, old) => {
    if (custom.hasStatus) takeStatus(object, old);
    const before = old.metadata["generation"];
    const generation = typeof before === "number" ? before : 0;
    const changed = !sameJson(seenBy(object, custom), seenBy(old, custom));
    object.metadata["generation"] = changed ? generation + 1 : generation;
  },
  validateCreate: (object) =>
    withRules([...validateSchema(object, custom), ...validateListInvariants(object, custom.schema)], custom, object),
  validateUpdate: (object, old) =>
    withRules([...validateSchema(object, custom), ...ratchetedLists(object, old, custom.schema)], custom, object, old),
  ...(custom.hasStatus ? { status: statusOf(custom) } : {}),
  resetFields: custom.hasStatus ? { main: [["status"]], status: [["metadata"], ["spec"]] } : {},
  allowCreateOnUpdate: false,
  allowUnconditionalUpdate: false,
});
