import type { LiveObject, ValueMap } from "../json.ts";
import { mapAt, mapsAt, textAt } from "../reading.ts";

export interface Condition {
  readonly type: string;
  readonly status: "True" | "False" | "Unknown";
  readonly reason?: string;
  readonly message?: string;
}

export const conditionOf = (object: LiveObject, type: string): ValueMap | undefined =>
  mapsAt(mapAt(object, "status"), "conditions").find((condition) => condition["type"] === type);

/** Which times a kind's conditions carry, beside `lastTransitionTime`. */
type Times = "lastUpdateTime" | "lastProbeTime" | "none";

/**
 * A list of conditions with one set: its `lastTransitionTime` moves with its status only, and nothing moves when status
 * and reason stay (unless `isNews`, as the Progressing condition of a Deployment needs).
 */
export const withCondition = (
  conditions: readonly ValueMap[],
  { message = "", reason = "", status, type }: Condition,
  now: string,
  times: Times = "none",
  isNews = false,
): ValueMap[] => {
  const known = conditions.find((condition) => condition["type"] === type);
  if (known !== undefined && !isNews && known["status"] === status && textAt(known, "reason") === reason) {
    return [...conditions];
  }
  const made: ValueMap = {
    type,
    status,
    ...(times === "lastUpdateTime" ? { lastUpdateTime: now } : {}),
    ...(times === "lastProbeTime" ? { lastProbeTime: now } : {}),
    lastTransitionTime: known?.["status"] === status ? (known["lastTransitionTime"] ?? now) : now,
    ...(reason === "" ? {} : { reason }),
    ...(message === "" ? {} : { message }),
  };
  return [...conditions.filter((condition) => condition !== known), made];
};

export const withoutCondition = (conditions: readonly ValueMap[], type: string): ValueMap[] =>
  conditions.filter((condition) => condition["type"] !== type);
