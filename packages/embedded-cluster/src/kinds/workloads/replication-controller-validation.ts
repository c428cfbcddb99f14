import type { LiveObject } from "../../json.ts";
import { required } from "../field-error.ts";
import { requirementsOfMap } from "../validation/selectors.ts";
import { matchesLabels } from "../validation/selectors.ts";
import { type Findings, nonNegative } from "./findings.ts";
import { mapAt, mapIn, numberAt, stringsAt } from "./reading.ts";
import { mismatch, validateStandingTemplate, validateTemplate } from "./template-validation.ts";

/** Its selector, a plain map, must be there and select its template, which must be there too. */
export const validateReplicationController = (object: LiveObject): Findings => {
  const spec = mapAt(object, "spec");
  const template = mapAt(spec, "template");
  const selector = stringsAt(spec, "selector");
  const isEmpty = Object.keys(selector).length === 0;
  const labels = mapIn(template, "metadata", "labels") ?? {};
  return [
    ...nonNegative(numberAt(spec, "minReadySeconds"), "spec.minReadySeconds"),
    ...(isEmpty ? [required("spec.selector")] : []),
    ...nonNegative(numberAt(spec, "replicas"), "spec.replicas"),
    ...(template === undefined
      ? [required("spec.template")]
      : [
          ...(isEmpty || matchesLabels(requirementsOfMap({ ...selector }), labels)
            ? []
            : [mismatch(template, "spec.template")]),
          ...validateTemplate(template, "spec.template"),
          ...validateStandingTemplate(template, "ReplicationController", "spec.template"),
        ]),
  ];
};
