import type { Value } from "../../json.ts";
import { type FieldError, invalid } from "../field-error.ts";
import { textsOf } from "../../reading.ts";

const standardFinalizers: ReadonlySet<string> = new Set(["kubernetes", "orphan", "foregroundDeletion"]);

/** A finalizer without a domain must be one that Kubernetes itself knows. */
const validateKubeFinalizer = (finalizer: string, field: string): readonly FieldError[] =>
  finalizer.includes("/") || standardFinalizers.has(finalizer)
    ? []
    : [invalid(field, finalizer, "name is neither a standard finalizer name nor is it fully qualified")];

export const validateKubeFinalizers = (finalizers: Value | undefined): readonly FieldError[] =>
  textsOf(finalizers).flatMap((finalizer, index) => validateKubeFinalizer(finalizer, `metadata.finalizers[${index}]`));
