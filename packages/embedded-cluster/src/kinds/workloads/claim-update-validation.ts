import { copyOf } from "../../json.ts";
import type { LiveObject, ValueMap } from "../../json.ts";
import { forbidden, invalid } from "../field-error.ts";
import type { FieldError } from "../field-error.ts";
import { nameIsDnsSubdomain } from "../validation/names.ts";
import { validateCoreObjectMeta, validateCoreObjectMetaUpdate } from "../validation/core-object-meta.ts";
import { compareQuantities, parseQuantity, type Quantity } from "../validation/quantity.ts";
import { validateClaimSpec } from "./claim-validation.ts";
import { type Findings, immutable } from "./findings.ts";
import { prettyInternal } from "./internal-form.ts";
import { isPresent, mapAt, mapIn, stringsAt, textAt } from "./reading.ts";
import { sameValue } from "./same-value.ts";
import { unifiedDiff } from "./unified-diff.ts";

export const validateClaim = (object: LiveObject): Findings => [
  ...validateCoreObjectMeta(object, true, nameIsDnsSubdomain),
  ...validateClaimSpec(mapAt(object, "spec"), "spec"),
];

const STORAGE_CLASS = "volume.beta.kubernetes.io/storage-class";

/** A claim's spec stays: but for the volume, once; the class, once; and size and attributes when it is bound. */
export const validateClaimUpdate = (object: LiveObject, old: LiveObject): Findings => {
  const [spec, before] = [mapAt(object, "spec") ?? {}, mapAt(old, "spec") ?? {}];
  const anyGroup = ["dataSource", "dataSourceRef"].some((key) => isPresent(mapAt(before, key), "apiGroup"));
  const findings: FieldError[] = [
    ...validateCoreObjectMetaUpdate(object, old),
    ...validateCoreObjectMeta(object, true, nameIsDnsSubdomain),
    ...validateClaimSpec(spec, "spec", anyGroup ? "any group" : "checked"),
  ];
  const [next, kept] = [copyOf(spec), copyOf(before)];
  if (textAt(before, "volumeName") === "") take(next, kept, "volumeName");
  findings.push(...allowClass(object, old, next, kept));
  if (mapAt(object, "status")?.["phase"] === "Bound") {
    const requests = mapIn(next, "resources", "requests");
    if (requests !== undefined) take(mapIn(before, "resources", "requests"), requests, "storage");
    take(kept, next, "volumeAttributesClassName");
  }
  if (!sameValue(next, kept)) {
    const changes = unifiedDiff(
      prettyInternal("PersistentVolumeClaimSpec", kept),
      prettyInternal("PersistentVolumeClaimSpec", next),
    );
    const but = "except resources.requests and volumeAttributesClassName for bound claims";
    findings.push(forbidden("spec", `spec is immutable after creation ${but}\n${changes}`));
  }
  const [size, was] = [
    storageOf(mapIn(spec, "resources", "requests")),
    storageOf(mapIn(before, "resources", "requests")),
  ];
  const capacity = storageOf(mapIn(old, "status", "capacity"));
  if (compareQuantities(size, was) < 0 && compareQuantities(size, capacity) <= 0)
    findings.push(forbidden("spec.resources.requests.storage", "field can not be less than status.capacity"));
  findings.push(...immutable(spec["volumeMode"], before["volumeMode"], "volumeMode"));
  return [...findings, ...keepAttributes(spec, old)];
};

const storageOf = (list: ValueMap | undefined): Quantity => parseQuantity(textAt(list, "storage") || "0");

const take = (from: ValueMap | undefined, to: ValueMap, key: string): void => {
  const value = from?.[key];
  if (value === undefined) delete to[key];
  else to[key] = value;
};

/** The class may be said where it was in the old annotation, or nowhere. */
const allowClass = (object: LiveObject, old: LiveObject, next: ValueMap, kept: ValueMap): Findings => {
  const now = stringsAt(object.metadata, "annotations")[STORAGE_CLASS];
  const was = stringsAt(old.metadata, "annotations")[STORAGE_CLASS];
  const named = isPresent(next, "storageClassName");
  const unnamed = !isPresent(kept, "storageClassName");
  const name = textAt(next, "storageClassName");
  if (was !== undefined && unnamed && named && name === was && (now === undefined || now === was)) {
    delete next["storageClassName"];
    return [];
  }
  if (named && unnamed && (was === undefined || name === was)) take(kept, next, "storageClassName");
  return (now ?? "") === (was ?? "")
    ? []
    : [invalid(`metadata.annotations.${STORAGE_CLASS}`, now ?? "", "field is immutable")];
};

const keepAttributes = (spec: ValueMap, old: LiveObject): Findings => {
  const key = "volumeAttributesClassName";
  const current = mapAt(old, "status");
  if (sameValue(spec[key], mapAt(old, "spec")?.[key]) || !isPresent(current, "currentVolumeAttributesClassName"))
    return [];
  const when = "is forbidden when status.currentVolumeAttributesClassName is not nil";
  if (!isPresent(spec, key)) return [forbidden(`spec.${key}`, `update to nil ${when}`)];
  return textAt(spec, key) === "" ? [forbidden(`spec.${key}`, `update to empty string ${when}`)] : [];
};
