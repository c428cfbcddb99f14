import type { HealthStatus } from "@evenkeel/words";

import type { Health } from "./health.ts";

/** From worst to best; one object is enough to make the whole so. */
const WORST_FIRST = [
  "Degraded",
  "Missing",
  "Unknown",
  "Progressing",
  "Suspended",
  "Healthy",
] as const satisfies readonly HealthStatus[];

/** Compares two statuses, the worse first. */
export const worseFirst = (a: HealthStatus, b: HealthStatus): number => WORST_FIRST.indexOf(a) - WORST_FIRST.indexOf(b);

/** The worst status of all; no object at all is Healthy. */
export const aggregate = (healths: Iterable<Pick<Health, "status">>): HealthStatus => {
  const present = new Set<HealthStatus>();
  for (const { status } of healths) present.add(status);
  return WORST_FIRST.find((status) => present.has(status)) ?? "Healthy";
};
