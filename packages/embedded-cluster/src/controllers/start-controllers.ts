import {
  accountController,
  garbageCollector,
  namespaceController,
  rootCaController,
  servedResources,
} from "./cluster-controllers.ts";
import type { Controller, ControllerName } from "./controller.ts";
import { openOwnerIndex } from "./owner-index.ts";
import { runControllers } from "./run-controllers.ts";
import type { ControlledCluster, Controllers } from "./run-controllers.ts";
import { podControllers, statusControllers } from "./workload-controllers.ts";

export interface ControllerOptions {
  /** How long a pod takes to start and to stop, in ms; 1,000. */
  readonly paceMs?: number;
  /** Only these; all by default. */
  readonly only?: readonly ControllerName[];
  /** False: workloads get the status that their pods would lead to, and no pods are made. */
  readonly pods?: boolean;
  /** Gives every namespace the ConfigMap kube-root-ca.crt with this certificate. */
  readonly rootCa?: string;
  /** How much work lets the rest of the process have its turn: by the event loop, unless given. */
  readonly nextTurn?: () => Promise<unknown>;
}

/**
 * Starts toy controllers beside a cluster: driven by its events, writing through its own handler, on its clock. Rollouts
 * are worded as a real kube-controller-manager does; what differs:
 *
 * | what | here |
 * |---|---|
 * | nodes | one, never shown: pods that controllers make name it from the start; no scheduler, taints, node selectors |
 * | pods | start after `paceMs` as their outcome says (pod-outcome.ts); no probes, no restarts, no init order, no logs |
 * | rollouts | a change of size during one gives no set its share; no annotations of sizes and past revisions |
 * | names | hashes of templates are others, as Go's printing is hashed there |
 * | ownership | nothing is adopted or released by its labels: ownerReferences alone count |
 * | StatefulSets, DaemonSets, Jobs | get the status that their pods would lead to; no pods, claims or revisions are made |
 * | events | none are written |
 * | endpoints, autoscalers, CronJobs, PodDisruptionBudgets, quotas' status, LoadBalancers | nobody looks at them |
 */
export const startControllers = (cluster: ControlledCluster, options: ControllerOptions = {}): Controllers => {
  const { handle, store } = cluster;
  const paceMs = options.paceMs ?? 1_000;
  const stopped = new AbortController();
  const owners = openOwnerIndex();
  const served = () => servedResources(handle, stopped.signal);
  const workloads = options.pods === false ? statusControllers(paceMs) : podControllers(paceMs);
  const all: readonly Controller[] = [
    ...workloads,
    namespaceController(store, served),
    garbageCollector(store, owners),
    accountController,
    ...(options.rootCa === undefined ? [] : [rootCaController(options.rootCa)]),
  ];
  const chosen = all.filter(({ name }) => options.only?.includes(name) ?? true);
  const asksOwners = options.pods !== false || chosen.some(({ name }) => name === "garbage-collector");
  return runControllers(cluster, chosen, {
    owners: asksOwners ? owners : undefined,
    served,
    stopped,
    nextTurn: options.nextTurn,
  });
};
