import type { ServiceName, ShardCounts } from "@evenkeel/contracts";

import type { BusTls } from "./wire/connection.ts";
import type { BusPorts } from "./wire/ports.ts";
import type { TrustBundle } from "./trust/trust.ts";
import type { VerifiedMemo } from "./trust/verified-memo.ts";

export interface BusConfig extends BusPorts {
  /** `nats://host:port`, one or more. */
  readonly servers: readonly string[];
  readonly service: ServiceName;
  /** Stable over restarts of the same process (pod UID, or kept in the data directory): it takes its leases back at once. */
  readonly instance: string;
  readonly installation: string;
  /** nkey seed: authenticates to the server and signs facts. */
  readonly seed: string;
  readonly trust: TrustBundle;
  readonly counts: ShardCounts;
  readonly tls?: BusTls;
  /** Refuses servers that are not known to sync each write. */
  readonly production?: boolean;
  /** Shared by services of one process, so that each fact is verified once there. */
  readonly verified?: VerifiedMemo;
  /** Version of the program, shown among the members. */
  readonly version?: string;
}

export interface MigrateConfig extends BusPorts {
  readonly servers: readonly string[];
  readonly installation: string;
  readonly seed: string;
  readonly counts: ShardCounts;
  /** 1 (small profile) or 3. */
  readonly replicas?: number;
  readonly tls?: BusTls;
  /** Largest epoch in any readable anchor: the counter of leases starts above it. */
  readonly anchoredEpoch?: bigint;
  /** Multiplies every limit of streams and buckets; 1. */
  readonly size?: number;
  /** Removes first what was made up to this time: Git and the clusters bring it back. */
  readonly rebuild?: string;
  /** Monitoring addresses of the servers, with commas, to learn whether each syncs each write and what it may keep. */
  readonly monitorUrl?: string;
}
