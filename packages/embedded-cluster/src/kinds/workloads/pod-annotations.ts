import type { ValueMap } from "../../json.ts";
import { invalid } from "../field-error.ts";
import type { FieldError } from "../field-error.ts";
import { type Findings } from "./findings.ts";
import { stringsAt, textAt } from "./reading.ts";

const MIRROR = "kubernetes.io/config.mirror";
const DELETION_COST = "controller.kubernetes.io/pod-deletion-cost";

/** Annotations of a pod that mean something to the server. Those of seccomp and AppArmor, long replaced by fields, are not looked at. */
export const validatePodAnnotations = (metadata: ValueMap | undefined, spec: ValueMap, field: string): Findings => {
  const annotations = stringsAt(metadata, "annotations");
  const findings: FieldError[] = [];
  const mirror = annotations[MIRROR];
  if (mirror !== undefined && textAt(spec, "nodeName") === "")
    findings.push(invalid(`${field}[${MIRROR}]`, mirror, "must set spec.nodeName if mirror pod annotation is set"));
  const cost = annotations[DELETION_COST];
  if (cost !== undefined && !isInt32(cost))
    findings.push(invalid(`${field}[${DELETION_COST}]`, cost, "must be a 32bit integer"));
  return findings;
};

/** Go's ParseInt, without a plus sign or leading zeros. */
const isInt32 = (text: string): boolean =>
  /^(?:0|-?[1-9][0-9]*)$/.test(text) && Number(text) >= -(2 ** 31) && Number(text) < 2 ** 31;
