// For tests only: what the detector publishes.
import { createBell } from "@evenkeel/async";
import { flows } from "@evenkeel/contracts";
import type { ClusterCondition, DriftDetected, DriftResolved, HealthChanged } from "@evenkeel/contracts";
import { startDeadline, systemClock } from "@evenkeel/machine";

/** Everything the detector said, in order; waits are by event. */
export interface Heard {
  readonly drift: readonly DriftDetected[];
  readonly resolved: readonly DriftResolved[];
  readonly health: readonly HealthChanged[];
  readonly cluster: readonly ClusterCondition[];
  /** The first fact, heard or to come, after `from` of its kind, for which `good` holds. */
  until<K extends "drift" | "resolved" | "health" | "cluster">(
    kind: K,
    good: (fact: Heard[K][number]) => boolean,
    from?: number,
  ): Promise<Heard[K][number]>;
}

/** Keeps what it is given. */
export const listen = (): Heard & { take(type: string, fact: unknown): void } => {
  const facts = {
    drift: [] as DriftDetected[],
    resolved: [] as DriftResolved[],
    health: [] as HealthChanged[],
    cluster: [] as ClusterCondition[],
  };
  const told = createBell();
  return {
    ...facts,
    take: (type, fact) => {
      if (type === flows.driftDetected.type) facts.drift.push(fact as DriftDetected);
      if (type === flows.driftResolved.type) facts.resolved.push(fact as DriftResolved);
      if (type === flows.healthChanged.type) facts.health.push(fact as HealthChanged);
      if (type === flows.clusterCondition.type) facts.cluster.push(fact as ClusterCondition);
      told.ring();
    },
    until: async (kind, good, from = 0) => {
      using limit = startDeadline(systemClock, 30_000);
      for (;;) {
        const found = (facts[kind] as unknown as readonly never[]).slice(from).find((fact) => good(fact));
        if (found !== undefined) return found;
        await told.heard(limit.signal).catch(() => {
          const text = JSON.stringify(facts[kind], (_k, v: unknown) => (typeof v === "bigint" ? String(v) : v), 1);
          throw new Error(`no such ${kind} within 30 s; heard ${text}`);
        });
      }
    },
  };
};
