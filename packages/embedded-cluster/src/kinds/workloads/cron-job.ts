import type { LiveObject } from "../../json.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import { validateCronJob, validateCronJobUpdate } from "./cron-job-validation.ts";
import { countSpecChanges, startGeneration } from "./generation.ts";
import { applyJobSpecDefaults } from "./job-spec-defaults.ts";
import { specOf } from "./pod-spec-defaults.ts";
import { ensureMap, fill, fillZero, mapAt, mapIn, textAt } from "./reading.ts";
import { nameWarnings } from "./pod-warnings.ts";
import { isNewGeneration, jobSpecWarnings } from "./template-warnings.ts";
import { statusOnly, usualResets } from "./status-subresource.ts";

const applyDefaults = (object: LiveObject): void => {
  const spec = specOf(object);
  fillZero(spec, "concurrencyPolicy", "Allow");
  fill(spec, "suspend", false);
  fill(spec, "successfulJobsHistoryLimit", 3);
  fill(spec, "failedJobsHistoryLimit", 1);
  // The Job's own defaults come when one is made of the template.
  applyJobSpecDefaults(ensureMap(ensureMap(spec, "jobTemplate"), "spec"));
};

const warnings = (object: LiveObject, old: LiveObject | undefined): readonly string[] => [
  ...(old === undefined ? nameWarnings(object) : []),
  ...(old === undefined || isNewGeneration(object, old)
    ? jobSpecWarnings(mapIn(object, "spec", "jobTemplate", "spec"), "spec.jobTemplate.spec")
    : []),
  ...(old !== undefined && textAt(mapAt(object, "spec"), "schedule").includes("TZ")
    ? [
        "cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details",
      ]
    : []),
];

export const cronJobStrategy: KindStrategy = {
  applyDefaults,
  prepareForCreate: (object) => startGeneration(object, {}),
  prepareForUpdate: countSpecChanges,
  validatesMetadata: true, // a write of the status has it looked at in the generic way alone
  validateCreate: validateCronJob,
  validateUpdate: validateCronJobUpdate,
  warnings,
  status: statusOnly(),
  resetFields: usualResets,
};
