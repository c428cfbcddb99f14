import type { Bus } from "@evenkeel/bus";
import type { Clock, Rng } from "@evenkeel/machine";
import type { Metrics, Telemetry } from "@evenkeel/telemetry";

import type { Claims } from "./claims/claims.ts";
import type { Clusters } from "./cluster/clusters.ts";
import type { Bodies, Declarations } from "./partition/declarations.ts";
import type { DesiredRefs } from "./plan/desired-refs.ts";
import type { Exporter } from "./ledger/export/exporter.ts";
import type { ReachedClusters } from "./cluster/reach-cluster.ts";

/** What every part of the applier reaches the world through. */
export interface Deps {
  readonly bus: Bus;
  readonly telemetry: Telemetry;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly bodies: Bodies;
  readonly declarations: Declarations;
  readonly clusters: Clusters;
  readonly reached: ReachedClusters;
  readonly claims: Claims;
  readonly desiredRefs: DesiredRefs;
  /** What was last logged of a unit that is not applied: said again only when it changes. */
  readonly complaints: Map<string, string>;
  /** Keys the hashes of Secrets in records: the same for applier and drift-detector. */
  readonly recordKey: string;
  /** Where sealed parts of the ledger are written to; undefined: what is sealed is let go. */
  readonly exporter: Exporter | undefined;
}
