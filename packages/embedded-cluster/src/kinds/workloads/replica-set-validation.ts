import type { LiveObject } from "../../json.ts";
import { validateSelectedTemplate } from "./deployment-validation.ts";
import { type Findings, nonNegative } from "./findings.ts";
import { mapAt, numberAt } from "./reading.ts";

export const validateReplicaSet = (object: LiveObject): Findings => {
  const spec = mapAt(object, "spec");
  return [
    ...nonNegative(numberAt(spec, "replicas"), "spec.replicas"),
    ...nonNegative(numberAt(spec, "minReadySeconds"), "spec.minReadySeconds"),
    ...validateSelectedTemplate(spec, "spec"),
  ];
};
