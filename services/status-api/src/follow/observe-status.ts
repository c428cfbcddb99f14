import { healthToJSON, syncToJSON } from "@evenkeel/contracts";
import type { Clock } from "@evenkeel/machine";
import { createMetrics } from "@evenkeel/telemetry";
import type { Telemetry } from "@evenkeel/telemetry";

import type { Projection } from "./projection.ts";

const word = (name: string): string => name.replace(/^(SYNC|HEALTH)_/, "").toLowerCase();

/** Gauges over the projection, worked out when they are scraped. */
export const observeStatus = (projection: Projection, clock: Clock, telemetry: Telemetry): void => {
  const metrics = createMetrics(telemetry.meter);
  metrics.unitInfo.observe(function* () {
    for (const key of projection.keys()) {
      const [cluster = "", app = ""] = key.split("\0");
      const status = projection.status(key);
      if (status === undefined) continue;
      const states = { sync_status: word(syncToJSON(status.sync)), health_status: word(healthToJSON(status.health)) };
      yield { value: 1, labels: { cluster, app, ...states } };
    }
  });
  metrics.sourceAge.observe(function* () {
    for (const { condition, source } of projection.sources()) {
      if (condition?.checkedAt === undefined) continue;
      const seconds = (clock.now().getTime() - condition.checkedAt.getTime()) / 1000;
      yield { value: Math.max(0, seconds), labels: { repository: source } };
    }
  });
};
