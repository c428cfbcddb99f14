import type { KindStrategy } from "../kind-strategy.ts";
import { countSpecChanges, startGeneration } from "../generation.ts";
import { statusOnly, usualResets } from "./status-subresource.ts";

const EMPTY_STATUS = { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 };

export const podDisruptionBudgetStrategy: KindStrategy = {
  prepareForCreate: (object) => startGeneration(object, EMPTY_STATUS),
  prepareForUpdate: countSpecChanges,
  status: statusOnly(),
  resetFields: usualResets,
  allowUnconditionalUpdate: false,
  hasAnyFinalizer: true,
};
