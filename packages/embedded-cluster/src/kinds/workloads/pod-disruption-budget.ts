import type { KindStrategy } from "../kind-strategy.ts";
import { countSpecChanges, startGeneration } from "./generation.ts";
import { validatePodDisruptionBudget, validatePodDisruptionBudgetStatus } from "./pod-disruption-budget-validation.ts";
import { statusOnly, usualResets } from "./status-subresource.ts";

const EMPTY_STATUS = { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 };

export const podDisruptionBudgetStrategy: KindStrategy = {
  prepareForCreate: (object) => startGeneration(object, EMPTY_STATUS),
  prepareForUpdate: countSpecChanges,
  validatesMetadata: true, // the server looks at a budget's metadata only in its generic way
  validateCreate: (object) => validatePodDisruptionBudget(object),
  validateUpdate: (object, old) => validatePodDisruptionBudget(object, old),
  status: statusOnly(validatePodDisruptionBudgetStatus),
  resetFields: usualResets,
  allowUnconditionalUpdate: false,
};
