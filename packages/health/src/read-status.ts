import type { Json, JsonObject, KubeObject } from "@evenkeel/resource";

/** One `status.conditions` entry; fields that are missing are "". */
export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime: string;
}

export const asObject = (value: Json | undefined): JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
export const asList = (value: Json | undefined): readonly Json[] =>
  Array.isArray(value) ? (value as readonly Json[]) : [];
export const asText = (value: Json | undefined): string => (typeof value === "string" ? value : "");
export const asNumber = (value: Json | undefined, otherwise: number): number =>
  typeof value === "number" ? value : otherwise;

export const specOf = (object: KubeObject): JsonObject => asObject(object["spec"]);
export const statusOf = (object: KubeObject): JsonObject => asObject(object["status"]);

/** The conditions of an object, in its order. */
export const conditionsOf = (object: KubeObject): readonly Condition[] =>
  asList(statusOf(object)["conditions"])
    .map(asObject)
    .map((condition) => ({
      type: asText(condition["type"]),
      status: asText(condition["status"]),
      reason: asText(condition["reason"]),
      message: asText(condition["message"]),
      lastTransitionTime: asText(condition["lastTransitionTime"]),
    }));

export const conditionOf = (object: KubeObject, type: string): Condition | undefined =>
  conditionsOf(object).find((condition) => condition.type === type);

/** Whether the controller has not yet looked at the newest spec. */
export const isObservedBehind = (object: KubeObject): boolean => {
  const observed = statusOf(object)["observedGeneration"];
  const { generation } = object.metadata;
  return typeof observed === "number" && generation !== undefined && observed < generation;
};

/** What an object is judged at. */
export interface Times {
  readonly now: Date;
  /** When this state of it was first seen here: the server's clock may be ahead of ours. */
  readonly seen: Date;
}

/** Milliseconds since an RFC 3339 time of the server, or since it was seen, whichever is longer. */
export const ageMs = (time: Json | undefined, { now, seen }: Times): number => {
  const then = Date.parse(asText(time));
  const since = Number.isNaN(then) ? 0 : now.getTime() - then;
  return Math.max(0, since, now.getTime() - seen.getTime());
};
