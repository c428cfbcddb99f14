import { isMap, type LiveObject } from "../../json.ts";
import { type FieldError, invalid } from "../field-error.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import {
  validateCoreObjectMeta,
  validateCoreObjectMetaUpdate,
  validateKubeFinalizer,
} from "../validation/core-object-meta.ts";
import { keepStored } from "./keep-stored.ts";
import { nameIsDnsLabel, qualifiedNameRule } from "../validation/names.ts";
import { fieldsOf, textOf, textsOf } from "../validation/read-value.ts";

const nameLabel = "kubernetes.io/metadata.name";

const validateFinalizer = (finalizer: string, field: string): readonly FieldError[] => [
  ...qualifiedNameRule(finalizer).map((text) => invalid(field, finalizer, text)),
  ...validateKubeFinalizer(finalizer, field),
];

const validate = (object: LiveObject): readonly FieldError[] => [
  ...validateCoreObjectMeta(object, false, nameIsDnsLabel),
  ...textsOf(fieldsOf(object["spec"])["finalizers"]).flatMap((name) => validateFinalizer(name, "spec.finalizers")),
];

/** Every namespace carries its name as a label, whoever tries to change that. */
const label = (object: LiveObject): void => {
  const name = textOf(object.metadata["name"]);
  if (name === "") return;
  const labels = isMap(object.metadata["labels"]) ? object.metadata["labels"] : {};
  labels[nameLabel] = name;
  object.metadata["labels"] = labels;
};

const validatePhase = (object: LiveObject): readonly FieldError[] => {
  const deleting = typeof object.metadata["deletionTimestamp"] === "string";
  const phase = textOf(fieldsOf(object["status"])["phase"]);
  if (phase === (deleting ? "Terminating" : "Active")) return [];
  const text = deleting
    ? "may only be 'Terminating' if `deletionTimestamp` is not empty"
    : "may only be 'Active' if `deletionTimestamp` is empty";
  return [{ ...invalid("status.Phase", phase, text), printedAs: "json" }];
};

export const namespace: KindStrategy = {
  validatesMetadata: true,
  validateName: nameIsDnsLabel,
  applyDefaults: (object) => {
    label(object);
    const status = isMap(object["status"]) ? object["status"] : {};
    if (textOf(status["phase"]) === "") status["phase"] = "Active";
    object["status"] = status;
  },
  prepareForCreate: (object) => {
    label(object);
    object["status"] = { phase: "Active" };
    const finalizers = textsOf(fieldsOf(object["spec"])["finalizers"]);
    object["spec"] = {
      finalizers: finalizers.includes("kubernetes") ? [...finalizers] : [...finalizers, "kubernetes"],
    };
  },
  prepareForUpdate: (object, old) => {
    label(object);
    keepStored(object, old, "spec");
    keepStored(object, old, "status");
  },
  validateCreate: validate,
  validateUpdate: (object, old) => [...validate(object), ...validateCoreObjectMetaUpdate(object, old)],
  status: {
    prepareForUpdate: (object, old) => {
      label(object);
      keepStored(object, old, "spec");
    },
    validateUpdate: (object, old) => [...validateCoreObjectMetaUpdate(object, old), ...validatePhase(object)],
  },
  resetFields: { main: [["status"]], status: [["spec"]] },
};

/** The `finalize` subresource: only there do a namespace's own finalizers change; empty ones let it go. */
export const namespaceFinalize = {
  prepareForUpdate: (object: LiveObject, old: LiveObject): void => {
    label(object);
    keepStored(object, old, "status");
  },
  validateUpdate: (object: LiveObject, old: LiveObject): readonly FieldError[] => [
    ...validateCoreObjectMetaUpdate(object, old),
    ...textsOf(fieldsOf(object["spec"])["finalizers"]).flatMap((name, index) =>
      validateFinalizer(name, `spec.finalizers[${index}]`),
    ),
  ],
};
