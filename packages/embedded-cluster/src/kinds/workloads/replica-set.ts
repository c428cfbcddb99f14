import type { LiveObject } from "../../json.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import { countSpecChanges, startGeneration } from "../generation.ts";
import { applyTemplateDefaults, specOf } from "./pod-spec-defaults.ts";
import { keepSelector, validateSelector } from "./selector-rules.ts";
import { replicasScale } from "./scale-subresource.ts";
import { statusOnly, usualResets } from "./status-subresource.ts";
import { fill } from "../../reading.ts";

const applyDefaults = (object: LiveObject): void => {
  const spec = specOf(object);
  fill(spec, "replicas", 1);
  applyTemplateDefaults(spec);
};

export const replicaSetStrategy: KindStrategy = {
  applyDefaults,
  prepareForCreate: (object) => startGeneration(object, { replicas: 0 }),
  prepareForUpdate: countSpecChanges,
  validateCreate: validateSelector,
  validateUpdate: (object, old) => [...validateSelector(object), ...keepSelector(object, old)],
  status: statusOnly(),
  scale: replicasScale,
  resetFields: usualResets,
};
