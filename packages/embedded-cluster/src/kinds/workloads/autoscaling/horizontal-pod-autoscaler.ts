import type { KindStrategy } from "../../kind-strategy.ts";
import { keepField, resetStatus } from "../../generation.ts";
import { statusOnly, usualResets } from "../status-subresource.ts";
import { applyAutoscalerDefaults } from "./autoscaler-defaults.ts";
import { convertAutoscaler } from "./convert-autoscaler.ts";

/** Kept as autoscaling/v2; the kind has no generation. */
export const horizontalPodAutoscalerStrategy: KindStrategy = {
  applyDefaults: applyAutoscalerDefaults,
  prepareForCreate: (object) => resetStatus(object, { currentMetrics: null, desiredReplicas: 0 }),
  prepareForUpdate: (object, old) => keepField(object, old, "status"),
  status: statusOnly(),
  resetFields: usualResets,
  convert: convertAutoscaler,
};
