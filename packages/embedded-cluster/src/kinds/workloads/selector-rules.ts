import type { LiveObject, ValueMap } from "../../json.ts";
import { type FieldError, invalid, required } from "../field-error.ts";
import { immutable } from "../keep-fields.ts";
import { matchesLabels, requirementsOf, SelectorRefused } from "../validation/selectors.ts";
import { printedSelector, sortedMap } from "./selector.ts";
import { mapAt, mapIn } from "../../reading.ts";

export type Findings = readonly FieldError[];

/** Whether a selector can be read at all, and if so whether a template's labels satisfy it. */
const matchTemplate = (selector: ValueMap, template: ValueMap | undefined): "matches" | "differs" | "unreadable" => {
  try {
    const requirements = requirementsOf(selector);
    if (requirements === undefined) return "differs";
    return matchesLabels(requirements, mapIn(template, "metadata", "labels") ?? {}) ? "matches" : "differs";
  } catch (error) {
    if (error instanceof SelectorRefused) return "unreadable";
    throw error;
  }
};

/** A controller must select the pods of its own template: or it would make new ones for ever. */
export const validateSelector = (object: LiveObject): Findings => {
  const spec = mapAt(object, "spec");
  const [selector, template] = [mapAt(spec, "selector"), mapAt(spec, "template")];
  if (selector === undefined) return [required("spec.selector")];
  const match = matchTemplate(selector, template);
  if (match === "unreadable") return [invalid("spec.selector", printedSelector(selector), "invalid label selector")];
  if (match === "matches") return [];
  const labels = sortedMap(mapIn(template, "metadata", "labels"));
  return [invalid("spec.template.metadata.labels", labels, "`selector` does not match template `labels`")];
};

/** A selector stays what it was: the pods found by the old one would be left alone. */
export const keepSelector = (object: LiveObject, old: LiveObject): Findings => {
  const selector = mapIn(object, "spec", "selector");
  return immutable(selector, mapIn(old, "spec", "selector"), "spec.selector", printedSelector(selector));
};
