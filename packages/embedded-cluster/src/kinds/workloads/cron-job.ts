import type { LiveObject } from "../../json.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import { countSpecChanges, startGeneration } from "../generation.ts";
import { applyJobSpecDefaults } from "./job-spec-defaults.ts";
import { specOf } from "./pod-spec-defaults.ts";
import { statusOnly, usualResets } from "./status-subresource.ts";
import { ensureMap, fill, fillZero } from "../../reading.ts";

const applyDefaults = (object: LiveObject): void => {
  const spec = specOf(object);
  fillZero(spec, "concurrencyPolicy", "Allow");
  fill(spec, "suspend", false);
  fill(spec, "successfulJobsHistoryLimit", 3);
  fill(spec, "failedJobsHistoryLimit", 1);
  // The Job's own defaults come when one is made of the template.
  applyJobSpecDefaults(ensureMap(ensureMap(spec, "jobTemplate"), "spec"));
};

export const cronJobStrategy: KindStrategy = {
  applyDefaults,
  prepareForCreate: (object) => startGeneration(object, {}),
  prepareForUpdate: countSpecChanges,
  status: statusOnly(),
  resetFields: usualResets,
};
