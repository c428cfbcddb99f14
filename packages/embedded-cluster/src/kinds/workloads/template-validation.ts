import type { ValueMap } from "../../json.ts";
import { cameEmpty } from "../../schema/came-empty.ts";
import { forbidden, invalid, required } from "../field-error.ts";
import type { FieldError } from "../field-error.ts";
import { validateAnnotations, validateLabels } from "../validation/labels.ts";
import { requirementsOf, SelectorRefused, validateLabelSelector } from "../validation/selectors.ts";
import { matchesLabels } from "../validation/selectors.ts";
import { type Findings, printed, unsupported } from "./findings.ts";
import { validatePodAnnotations } from "./pod-annotations.ts";
import { validatePodSpec } from "./pod-spec-validation.ts";
import { isPresent, mapAt, mapIn, mapsAt, stringsAt, textAt } from "./reading.ts";
import { printedSelector } from "./selector.ts";

/** A pod template; its metadata's findings lie one level too high, as in the server. */
export const validateTemplate = (template: ValueMap | undefined, field: string): Findings => {
  const metadata = mapAt(template, "metadata");
  const spec = mapAt(template, "spec") ?? {};
  return [
    ...validateLabels(metadata?.["labels"], `${field}.labels`),
    ...validateAnnotations(metadata?.["annotations"], `${field}.annotations`),
    ...validatePodAnnotations(metadata, spec, `${field}.annotations`),
    ...validatePodSpec(spec, `${field}.spec`, undefined),
    ...(mapsAt(spec, "ephemeralContainers").length > 0
      ? [forbidden(`${field}.spec.ephemeralContainers`, "ephemeral containers not allowed in pod template")]
      : []),
  ];
};

/** A controller's pods run until they are stopped: restarted always, no deadline. `kind` is as the server words it. */
export const validateStandingTemplate = (template: ValueMap | undefined, kind: string, field: string): Findings => {
  const spec = mapAt(template, "spec");
  const policy = textAt(spec, "restartPolicy");
  return [
    ...(policy === "Always" ? [] : [unsupported(`${field}.spec.restartPolicy`, policy, ["Always"])]),
    ...(isPresent(spec, "activeDeadlineSeconds")
      ? [forbidden(`${field}.spec.activeDeadlineSeconds`, `activeDeadlineSeconds in ${kind} is not Supported`)]
      : []),
  ];
};

/** `spec.selector` of a controller: there, well formed, not empty. */
export const validateRequiredSelector = (spec: ValueMap | undefined, kind: string, field: string): Findings => {
  const selector = mapAt(spec, "selector");
  if (selector === undefined) return [required(field)];
  return [
    ...validateLabelSelector(selector, field),
    ...(isEmptySelector(selector)
      ? [invalid(field, printedSelector(selector), `empty selector is invalid for ${kind}`)]
      : []),
  ];
};

export const isEmptySelector = (selector: ValueMap): boolean =>
  Object.keys(stringsAt(selector, "matchLabels")).length + mapsAt(selector, "matchExpressions").length === 0;

/** The labels of a template as Go prints them. */
export const printedLabels = (template: ValueMap | undefined): ReturnType<typeof printed> => {
  const metadata = mapAt(template, "metadata");
  return metadata !== undefined && cameEmpty(metadata, "labels") ? {} : printed(metadata?.["labels"]);
};

/** Whether a selector can be read at all, and if so whether a template's labels satisfy it. No selector matches nothing. */
export const matchTemplate = (
  selector: ValueMap | undefined,
  template: ValueMap | undefined,
): "matches" | "differs" | "unreadable" => {
  try {
    const requirements = requirementsOf(selector);
    if (requirements === undefined) return "differs";
    return matchesLabels(requirements, mapIn(template, "metadata", "labels") ?? {}) ? "matches" : "differs";
  } catch (error) {
    if (error instanceof SelectorRefused) return "unreadable";
    throw error;
  }
};

/** The finding of a template whose labels its selector does not select. */
export const mismatch = (template: ValueMap | undefined, field: string): FieldError =>
  invalid(`${field}.metadata.labels`, printedLabels(template), "`selector` does not match template `labels`");
