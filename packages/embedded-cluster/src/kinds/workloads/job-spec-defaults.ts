import type { ValueMap } from "../../json.ts";
import { applyTemplateDefaults } from "./pod-spec-defaults.ts";
import { mapAt, mapsAt, fillZero } from "../../reading.ts";

/** Defaults below a Job's spec, in a Job and in a CronJob's template alike. */
export const applyJobSpecDefaults = (spec: ValueMap): void => {
  for (const rule of mapsAt(mapAt(spec, "podFailurePolicy"), "rules"))
    for (const pattern of mapsAt(rule, "onPodConditions")) fillZero(pattern, "status", "True");
  applyTemplateDefaults(spec);
};
