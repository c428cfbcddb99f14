import type { LiveObject, Value } from "../../json.ts";
import { type FieldError, invalid } from "../field-error.ts";
import type { ObjectNameRule } from "./names.ts";
import { validateObjectMeta, validateObjectMetaUpdate } from "./object-meta.ts";
import { textsOf } from "./read-value.ts";

const standardFinalizers: ReadonlySet<string> = new Set(["kubernetes", "orphan", "foregroundDeletion"]);

/** A finalizer without a domain must be one that Kubernetes itself knows. */
export const validateKubeFinalizer = (finalizer: string, field: string): readonly FieldError[] =>
  finalizer.includes("/") || standardFinalizers.has(finalizer)
    ? []
    : [invalid(field, finalizer, "name is neither a standard finalizer name nor is it fully qualified")];

const validateKubeFinalizers = (finalizers: Value | undefined): readonly FieldError[] =>
  textsOf(finalizers).flatMap((finalizer, index) => validateKubeFinalizer(finalizer, `metadata.finalizers[${index}]`));

/** Metadata of a built-in kind on create: validateObjectMeta, and what Kubernetes adds for its own kinds (apis/core/validation ValidateObjectMeta). */
export const validateCoreObjectMeta = (
  object: LiveObject,
  namespaced: boolean,
  nameRule: ObjectNameRule,
): readonly FieldError[] => [
  ...validateObjectMeta(object, namespaced, nameRule),
  ...validateKubeFinalizers(object.metadata["finalizers"]),
];

/** The same on update. */
export const validateCoreObjectMetaUpdate = (object: LiveObject, old: LiveObject): readonly FieldError[] => [
  ...validateObjectMetaUpdate(object, old),
  ...validateKubeFinalizers(object.metadata["finalizers"]),
];
