import { BusConflict, done, wait } from "@evenkeel/bus";
import type { Handler } from "@evenkeel/bus";
import { FLEET_SOURCE } from "@evenkeel/contracts";
import type { CommitObserved } from "@evenkeel/contracts";
import type { Telemetry } from "@evenkeel/telemetry";

import { ContentMissing } from "./render/git-objects.ts";
import { PlanUnsettled } from "./plan/plan-source.ts";

export interface CommitDeps {
  readonly telemetry: Telemetry;
  /** Plans one source from the newest inputs; resolves when all its requests and its CommitPlanned are stored. */
  readonly plan: (source: string) => Promise<void>;
  /** Plans every source of the shard: the fleet says which units there are. */
  readonly planAll: () => Promise<void>;
}

const RETRY_MS = 1_000;

/** A new tip is a reason to look at the newest tips, and nothing more: what is planned is read through the leader. */
export const onCommitObserved =
  ({ telemetry, plan, planAll }: CommitDeps): Handler<CommitObserved> =>
  async ({ fact: { source, seq, revision } }) => {
    try {
      await (source === FLEET_SOURCE ? planAll() : plan(source));
      telemetry.log.info("commit planned", { repository: source, seq, revision });
      return done;
    } catch (error) {
      const isPassing = [ContentMissing, PlanUnsettled, BusConflict].some((kind) => error instanceof kind);
      if (isPassing) return wait(RETRY_MS, (error as Error).message);
      throw error;
    }
  };
