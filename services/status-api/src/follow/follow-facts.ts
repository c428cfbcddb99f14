import type { Bus } from "@evenkeel/bus";
import { buckets, flowsOf, joinInventories } from "@evenkeel/contracts";
import type { Telemetry } from "@evenkeel/telemetry";

import type { Projection } from "./projection.ts";

/** The streams this service looks at. */
const streams = ["COMMITS", "PLANS", "RENDERS", "DESIRED", "DRIFT", "APPLIED", "HEALTH", "DEADLETTERS"] as const;

/** Feeds the projection from every view until the signal ends; resolves once it has caught up. */
export const followFacts = async (
  { bus, projection, telemetry }: { bus: Bus; projection: Projection; telemetry: Telemetry },
  signal: AbortSignal,
): Promise<void> => {
  const follow = (stream: (typeof streams)[number]): Promise<void> =>
    bus.view(
      flowsOf(stream),
      {},
      {
        onEntry: (delivery) => projection.fold(delivery.type, delivery.fact),
        onReset: () => {
          telemetry.log.warn("stream was lost; its facts are forgotten", { stream });
          projection.forget(stream);
        },
      },
      signal,
    );
  const joined = joinInventories(({ key, value }) => {
    projection.foldInventory(key.cluster, key.app, value);
  });
  const inventories = bus.state(buckets.inventoryPart).watch(
    {},
    {
      onEntry: joined.onEntry,
      onReset: () => {
        joined.reset();
        projection.forget("inventory");
      },
    },
    signal,
  );
  await Promise.all([...streams.map(follow), inventories]);
};
