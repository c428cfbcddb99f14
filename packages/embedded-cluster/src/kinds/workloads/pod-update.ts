import { copyOf } from "../../json.ts";
import type { LiveObject, ValueMap } from "../../json.ts";
import { forbidden } from "../field-error.ts";
import type { Findings } from "./selector-rules.ts";
import { mapAt, mapsAt } from "../../reading.ts";
import { sameMeaning } from "../../equal.ts";

const MUTABLE =
  "`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

/** A spec without what may change while the pod runs. */
const fixedPart = (spec: ValueMap): ValueMap => {
  const fixed = copyOf(spec);
  for (const key of ["activeDeadlineSeconds", "schedulingGates", "tolerations"]) delete fixed[key];
  for (const list of ["containers", "initContainers"])
    for (const container of mapsAt(fixed, list)) delete container["image"];
  return fixed;
};

/** Of a running pod little may change. */
export const keepPod = (object: LiveObject, old: LiveObject): Findings => {
  const [spec, before] = [mapAt(object, "spec") ?? {}, mapAt(old, "spec") ?? {}];
  for (const list of ["containers", "initContainers"])
    if (mapsAt(spec, list).length !== mapsAt(before, list).length)
      return [forbidden(`spec.${list}`, "pod updates may not add or remove containers")];
  return sameMeaning(fixedPart(spec), fixedPart(before))
    ? []
    : [forbidden("spec", `pod updates may not change fields other than ${MUTABLE}`)];
};
