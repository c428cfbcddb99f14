import type { Bus } from "@evenkeel/bus";
import { decodeToken, Inventory, joinInventories } from "@evenkeel/contracts";
import type { Telemetry } from "@evenkeel/telemetry";

import type { Projection } from "./projection.ts";

/** The streams this service looks at, with the subjects below `ek.v1.`. */
const views = {
  COMMITS: "commit.>",
  PLANS: "plan.>",
  RENDERS: "render.>",
  DESIRED: "desired.>",
  DRIFT: "drift.>",
  APPLIED: "applied.>",
  HEALTH: "health.>",
  DEADLETTERS: "deadletter.>",
} as const;

const inventoryKey = /^unit\.([^.]+)\.([^.]+)$/;

/** Feeds the projection from every view until the signal ends; resolves once it has caught up. */
export const followFacts = async (
  { bus, projection, telemetry }: { bus: Bus; projection: Projection; telemetry: Telemetry },
  signal: AbortSignal,
): Promise<void> => {
  const follow = ([stream, filter]: readonly [string, string]): Promise<void> =>
    bus.view(
      stream,
      filter,
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
    const [, cluster, app] = inventoryKey.exec(key) ?? [];
    if (cluster !== undefined && app !== undefined) {
      projection.foldInventory(decodeToken(cluster), decodeToken(app), value);
    }
  });
  const inventories = bus.bucket("inventory", Inventory).watch(
    "unit.>",
    {
      onEntry: joined.onEntry,
      onReset: () => {
        joined.reset();
        projection.forget("inventory");
      },
    },
    signal,
  );
  await Promise.all([...Object.entries(views).map(follow), inventories]);
};
