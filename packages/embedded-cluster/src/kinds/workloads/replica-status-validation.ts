import type { LiveObject, ValueMap } from "../../json.ts";
import { invalid } from "../field-error.ts";
import type { FieldError } from "../field-error.ts";
import { type Findings, nonNegative } from "./findings.ts";
import { mapAt, numberAt } from "./reading.ts";

const count = (status: ValueMap | undefined, key: string): number => numberAt(status, key) ?? 0;

/** Counts that are not negative, those that may not exceed `replicas`, and ready before available. */
const validateCounts = (
  status: ValueMap | undefined,
  counts: readonly string[],
  parts: readonly string[],
  readyName: string,
): Findings => {
  const findings: FieldError[] = counts.flatMap((key) => [...nonNegative(numberAt(status, key), `status.${key}`)]);
  for (const key of parts)
    if (count(status, key) > count(status, "replicas"))
      findings.push(invalid(`status.${key}`, count(status, key), "cannot be greater than status.replicas"));
  if (count(status, "availableReplicas") > count(status, "readyReplicas"))
    findings.push(
      invalid("status.availableReplicas", count(status, "availableReplicas"), `cannot be greater than ${readyName}`),
    );
  return findings;
};

/** The number of hash collisions only grows. */
export const collisionsOnlyGrow = (object: LiveObject, old: LiveObject): Findings => {
  const now = numberAt(mapAt(object, "status"), "collisionCount");
  const before = numberAt(mapAt(old, "status"), "collisionCount");
  return before !== undefined && (now === undefined || now < before)
    ? [invalid("status.collisionCount", now ?? 0, "cannot be decremented")]
    : [];
};

export const validateDeploymentStatus = (object: LiveObject, old: LiveObject): Findings => [
  ...validateCounts(
    mapAt(object, "status"),
    [
      "observedGeneration",
      "replicas",
      "updatedReplicas",
      "readyReplicas",
      "availableReplicas",
      "unavailableReplicas",
      "terminatingReplicas",
      "collisionCount",
    ],
    ["updatedReplicas", "readyReplicas", "availableReplicas"],
    "readyReplicas",
  ),
  ...collisionsOnlyGrow(object, old),
];

export const validateReplicaSetStatus = (object: LiveObject): Findings =>
  validateCounts(
    mapAt(object, "status"),
    [
      "replicas",
      "fullyLabeledReplicas",
      "readyReplicas",
      "availableReplicas",
      "observedGeneration",
      "terminatingReplicas",
    ],
    ["fullyLabeledReplicas", "readyReplicas", "availableReplicas"],
    "readyReplicas",
  );

export const validateStatefulSetStatus = (object: LiveObject, old: LiveObject): Findings => [
  ...validateCounts(
    mapAt(object, "status"),
    [
      "replicas",
      "readyReplicas",
      "currentReplicas",
      "updatedReplicas",
      "availableReplicas",
      "observedGeneration",
      "collisionCount",
    ],
    ["readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas"],
    "status.readyReplicas",
  ),
  ...collisionsOnlyGrow(object, old),
];

const DAEMON_COUNTS = [
  "currentNumberScheduled",
  "numberMisscheduled",
  "desiredNumberScheduled",
  "numberReady",
  "observedGeneration",
  "updatedNumberScheduled",
  "numberAvailable",
  "numberUnavailable",
  "collisionCount",
];

export const validateDaemonSetStatus = (object: LiveObject, old: LiveObject): Findings => [
  ...DAEMON_COUNTS.flatMap((key) => nonNegative(numberAt(mapAt(object, "status"), key), `status.${key}`)),
  ...collisionsOnlyGrow(object, old),
];
