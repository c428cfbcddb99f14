import { buckets } from "@evenkeel/contracts";

import type { Deps } from "./deps.ts";
import type { Partitions } from "./partition/hold-partition.ts";
import { lookByItself } from "./partition/look-by-itself.ts";
import { FLEET_TIP } from "./partition/newest-declarations.ts";

/** Approvals count as soon as the fleet has them: parked units are looked at again when it changes. */
export const onFleetAccepted = async (deps: Deps, held: Partitions, signal: AbortSignal): Promise<void> =>
  deps.bus.state(buckets.tip).watch(
    FLEET_TIP,
    {
      onEntry: ({ value }) => {
        if (value === undefined || value.declarationsDigest === "") return;
        deps.declarations.useNewest(value.declarationsDigest);
        for (const partition of held) {
          for (const key of partition.parked.keys()) void lookByItself(deps, partition, key);
        }
      },
    },
    signal,
  );
