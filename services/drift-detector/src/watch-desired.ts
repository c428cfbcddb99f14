import { createListeners } from "@evenkeel/async";
import type { Bus } from "@evenkeel/bus";
import { flows } from "@evenkeel/contracts";
import type { DesiredStateChanged } from "@evenkeel/contracts";

/** The newest desired state of every unit, by cluster and application. */
export interface DesiredUnits {
  clusters(): Iterable<string>;
  ofCluster(cluster: string): readonly DesiredStateChanged[];
  /** Calls back for each fact that comes from now on. */
  onFact(listener: (fact: DesiredStateChanged) => void): Disposable;
}

/** Watches DESIRED; resolves once all that was there has been seen. */
export const watchDesired = async (bus: Bus, signal: AbortSignal): Promise<DesiredUnits> => {
  const facts = new Map<string, Map<string, DesiredStateChanged>>();
  const listeners = createListeners<[DesiredStateChanged]>();
  await bus.view(
    "DESIRED",
    "desired.*.*.*",
    {
      onEntry: ({ type, fact }) => {
        if (type !== flows.desiredStateChanged.type) return;
        const desired = fact as DesiredStateChanged;
        if (desired.unit === undefined) return;
        const { cluster, app } = desired.unit;
        const ofCluster = facts.get(cluster) ?? new Map<string, DesiredStateChanged>();
        facts.set(cluster, ofCluster.set(app, desired));
        listeners.tell(desired);
      },
      onReset: () => facts.clear(),
    },
    signal,
  );
  return {
    clusters: () => facts.keys(),
    ofCluster: (cluster) => [...(facts.get(cluster)?.values() ?? [])],
    onFact: (listener) => listeners.add(listener),
  };
};
