// For tests only: the planner of the renderer, played by hand.
import { randomUUID } from "node:crypto";

import type { Bus } from "@evenkeel/bus";
import { CommitPlanned, PendingState, RenderFailed, flows } from "@evenkeel/contracts";

import type { Story } from "./story-parts.fixture.ts";

interface PlayedPlanner extends Pick<Story, "pend" | "fail"> {
  /** Tells of a fleet revision and a source's seq; what was pending stays so. */
  readonly plan: (fleet: bigint, seq: bigint) => Promise<void>;
}

export const playPlanner = (bus: Bus, unit: Story["unit"]): PlayedPlanner => {
  let pendingApps: readonly string[] = [];
  let planned = CommitPlanned.fromPartial({ source: "app" });
  /** As the planner would say it: the newest of all, as seqs are by app here. */
  const plan = async (fleet: bigint, seq: bigint, pending = pendingApps): Promise<void> => {
    pendingApps = pending;
    planned = {
      ...planned,
      seq: seq > planned.seq ? seq : planned.seq,
      fleetSeq: fleet > planned.fleetSeq ? fleet : planned.fleetSeq,
      pending: pending.map((app) => ({ unit: unit(app), state: PendingState.RENDERING, reason: undefined })),
      pendingCount: pending.length,
      cause: randomUUID(),
    };
    await bus.publish(flows.commitPlanned, planned);
  };
  return {
    plan,
    pend: async (pending) => plan(0n, 0n, pending),
    fail: async (app, seq, fleet = 100n) => {
      const version = { fleet, selection: 1n, sources: [{ source: "app", seq: BigInt(seq) }], tools: 1n };
      const revision = String(seq).padStart(40, "0");
      const reason = { code: "RenderFailed", message: "test", remedy: "none" };
      const about = { unit: unit(app), version, source: "app", revision };
      const failure = RenderFailed.fromPartial({ ...about, reason, at: new Date(), cause: randomUUID() });
      await bus.publish(flows.renderFailed, failure);
      await plan(fleet, BigInt(seq));
    },
  };
};
