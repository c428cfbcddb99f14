import { randomInt } from "node:crypto";

import { systemClock as hostClock } from "@evenkeel/service-host";
import type { Clock as HostClock } from "@evenkeel/service-host";

/** Time and chance as the service reaches them. */
export interface Clock extends HostClock {
  /** A factor between 0.8 and 1.2, so that many sources do not poll at once. */
  jitter(): number;
}

export const systemClock: Clock = { ...hostClock, jitter: () => 0.8 + randomInt(400) / 1000 };
