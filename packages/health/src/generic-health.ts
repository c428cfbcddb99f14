import type { KubeObject } from "@evenkeel/resource";

import { degraded, healthy, progressing, progressingFor } from "./health.ts";
import type { Health } from "./health.ts";
import type { Times } from "./read-status.ts";
import { ageMs, conditionOf } from "./read-status.ts";

/** A custom resource whose controller said nothing for so long may have none. */
const QUIET_MS = 30_000;
const TERMINAL_REASON = /(?:Failed|Error|Invalid|Denied|Forbidden|Exceeded)$/;

/** For kinds without a row: the conditions that controllers agree on. "Nothing known" is not healthy for a new object. */
export const genericHealth = (object: KubeObject, times: Times): Health => {
  const stalled = conditionOf(object, "Stalled");
  if (stalled?.status === "True") return degraded(stalled.reason, stalled.message);
  const reconciling = conditionOf(object, "Reconciling");
  if (reconciling?.status === "True") return progressing(reconciling.reason, reconciling.message);
  const ready = conditionOf(object, "Ready");
  if (ready !== undefined) {
    if (ready.status === "True") return healthy;
    const isTerminal = ready.status === "False" && TERMINAL_REASON.test(ready.reason);
    return (isTerminal ? degraded : progressing)(ready.reason, ready.message);
  }
  if (object["status"] !== undefined || object["spec"] === undefined) return healthy;
  const age = ageMs(object.metadata["creationTimestamp"], times);
  return age < QUIET_MS ? progressingFor(age, QUIET_MS, "NoStatus", "no controller has written a status yet") : healthy;
};
