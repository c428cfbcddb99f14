import type { LiveObject } from "../../json.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import { countSpecChanges, startGeneration } from "./generation.ts";
import { applyTemplateDefaults, specOf } from "./pod-spec-defaults.ts";
import { fill } from "./reading.ts";
import { keepSelector } from "./deployment-validation.ts";
import { validateReplicaSet } from "./replica-set-validation.ts";
import { validateReplicaSetStatus } from "./replica-status-validation.ts";
import { replicasScale } from "./scale-subresource.ts";
import { controllerWarnings } from "./template-warnings.ts";
import { statusOnly, usualResets } from "./status-subresource.ts";

const applyDefaults = (object: LiveObject): void => {
  const spec = specOf(object);
  fill(spec, "replicas", 1);
  applyTemplateDefaults(spec);
};

export const replicaSetStrategy: KindStrategy = {
  applyDefaults,
  prepareForCreate: (object) => startGeneration(object, { replicas: 0 }),
  prepareForUpdate: countSpecChanges,
  validateCreate: validateReplicaSet,
  validateUpdate: (object, old) => [...validateReplicaSet(object), ...keepSelector(object, old)],
  warnings: controllerWarnings,
  status: statusOnly(validateReplicaSetStatus),
  scale: replicasScale,
  resetFields: usualResets,
};
