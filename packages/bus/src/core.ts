import type { ServiceName, ShardCounts } from "@evenkeel/contracts";
import type { Telemetry } from "@evenkeel/telemetry";

import type { MessagingMetrics } from "./facts/messaging-metrics.ts";
import type { QueueAges } from "./consume/queue-ages.ts";
import type { Signer } from "./trust/service-key.ts";
import type { verifierFor } from "./trust/trust.ts";
import type { Wire } from "./wire/wire.ts";

/** Who we are on which connection: what publishing, reading and consuming share. */
export interface Core {
  readonly wire: Wire;
  readonly service: ServiceName;
  readonly instance: string;
  readonly installation: string;
  readonly counts: ShardCounts;
  readonly signer: Signer;
  readonly verify: ReturnType<typeof verifierFor>;
  readonly telemetry: Telemetry;
  readonly metrics: MessagingMetrics;
  readonly queues: QueueAges;
  /** True if a durable must be delivered from its first message: acknowledged writes may be lost; see CleanEnd. */
  readonly mustReplay: (durable: string) => Promise<boolean>;
}
