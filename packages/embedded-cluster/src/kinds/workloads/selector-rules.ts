import type { LiveObject, ValueMap } from "../../json.ts";
import { type FieldError, invalid, required } from "../field-error.ts";
import { immutable } from "../keep-fields.ts";
import { matchesLabels, requirementsOf, SelectorRefused } from "../validation/label-selector.ts";
import { mapAt, mapIn } from "../../reading.ts";

export type Findings = readonly FieldError[];

/** A controller must select the pods of its own template: or it would make new ones for ever. */
export const validateSelector = (object: LiveObject): Findings => {
  const spec = mapAt(object, "spec");
  const selector = mapAt(spec, "selector");
  if (selector === undefined) return [required("spec.selector")];
  const labels: ValueMap = mapIn(spec, "template", "metadata", "labels") ?? {};
  try {
    if (matchesLabels(requirementsOf(selector) ?? [], labels)) return [];
    return [invalid("spec.template.metadata.labels", labels, "`selector` does not match template `labels`")];
  } catch (error) {
    if (error instanceof SelectorRefused) return [invalid("spec.selector", selector, "invalid label selector")];
    throw error;
  }
};

/** A selector stays what it was: the pods found by the old one would be left alone. */
export const keepSelector = (object: LiveObject, old: LiveObject): Findings =>
  immutable(mapIn(object, "spec", "selector"), mapIn(old, "spec", "selector"), "spec.selector");
