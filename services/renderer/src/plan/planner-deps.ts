import type { Bus } from "@evenkeel/bus";
import type { Clock } from "@evenkeel/machine";
import type { Telemetry } from "@evenkeel/telemetry";

import type { Closures } from "../render/closures.ts";
import type { Declarations } from "../render/declarations.ts";
import type { GitObjects } from "../render/git-objects.ts";
import type { PlannedCommits } from "./planned-commits.ts";
import type { BehindUnits } from "./watch-behind.ts";
import type { Units } from "./watch-units.ts";

/** What the planner of one shard works with. */
export interface PlannerDeps {
  readonly bus: Bus;
  readonly telemetry: Telemetry;
  readonly clock: Clock;
  readonly units: Units;
  readonly behind: BehindUnits;
  readonly declarations: Declarations;
  readonly objects: GitObjects;
  readonly closures: Closures;
  readonly planned: PlannedCommits;
  /** Digest of the tools this process renders with. */
  readonly toolsDigest: string;
}
