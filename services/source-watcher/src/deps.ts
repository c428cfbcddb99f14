import type { Slots } from "@evenkeel/async";
import type { Artifacts } from "@evenkeel/artifacts";
import type { Bus } from "@evenkeel/bus";
import type { Git } from "@evenkeel/git";
import type { Clock, Disk, Rng } from "@evenkeel/machine";
import type { Metrics, Telemetry } from "@evenkeel/telemetry";

import type { SourceWatcherConfig } from "./config.ts";
import type { Listen } from "./poll/listen.ts";
import type { Remembered } from "./accept/remembered.ts";

/** How the service reaches the world. */
export interface Deps {
  readonly bus: Bus;
  /** Git objects as `git.<oid>`, declaration sets as `declarations.<hex>`. */
  readonly artifacts: Artifacts;
  readonly telemetry: Telemetry;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly config: SourceWatcherConfig;
  /** Shared by all sources. */
  readonly git: Git;
  /** Mounted secrets. */
  readonly disk: Disk;
  /** Where webhooks are taken. */
  readonly listen: Listen;
  /** For looks of the timer, by host; hinted ones and the fleet's do not wait. */
  readonly looks: Slots;
  /** What clusters were given, as far as it was told. */
  readonly remembered: Remembered;
  /** What is numbered up to it is numbered again: clusters know numbers that the bus has lost. */
  readonly seqFloor: () => bigint;
}
