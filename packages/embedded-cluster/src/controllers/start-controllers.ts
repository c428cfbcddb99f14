import type { Clock } from "../clock.ts";
import type { LiveObject } from "../json.ts";
import { textAt } from "../kinds/workloads/reading.ts";
import type { ApiHandler } from "../server/exchange.ts";
import type { Store, StoreEvent, StoreKey } from "../store/store.ts";
import {
  accountController,
  garbageCollector,
  namespaceController,
  rootCaController,
  servedResources,
} from "./cluster-controllers.ts";
import { noticeOf } from "./controller.ts";
import type { Controller, ControllerName } from "./controller.ts";
import { groupOf, resources } from "./decision.ts";
import type { Resource, Write } from "./decision.ts";
import { openOwnerIndex } from "./owner-index.ts";
import { sendWrite } from "./send-write.ts";
import type { View } from "./view.ts";
import { openWorkQueue } from "./work-queue.ts";
import { autoscalerController, podControllers, statusControllers } from "./workload-controllers.ts";

export interface ControllerOptions {
  /** How long a pod takes to start and to stop, in ms; 1,000. */
  readonly paceMs?: number;
  /** Only these; all by default. */
  readonly only?: readonly ControllerName[];
  /** False: workloads get the status that their pods would lead to, and no pods are made. */
  readonly pods?: boolean;
  /** Gives every namespace the ConfigMap kube-root-ca.crt with this certificate. */
  readonly rootCa?: string;
}

export interface ControlledCluster {
  readonly handle: ApiHandler;
  readonly store: Store;
  readonly clock: Clock;
}

/** Running controllers; disposal stops them and waits for the write under way. */
export interface Controllers extends AsyncDisposable {
  /** Resolves once they have nothing to do but to wait for time to pass. */
  idle(): Promise<void>;
}

const BACKOFF_MS = { first: 1_000, most: 60_000 };
/** A conflict is decided anew at once, but not for ever. */
const AT_ONCE = 5;

/**
 * Starts toy controllers beside a cluster: driven by its events, writing through its own handler, on its clock. Rollouts,
 * StatefulSets and Jobs are worded as a real kube-controller-manager does (as-the-real-ones.test.ts); what differs:
 *
 * | what | here |
 * |---|---|
 * | nodes | one, never shown: pods that controllers make name it from the start; no scheduler, taints, node selectors |
 * | pods | start after `paceMs` as their outcome says (pod-outcome.ts); no probes, no restarts, no init order, no logs |
 * | names | hashes of templates are others, as Go's printing is hashed there |
 * | ownership | nothing is adopted or released by its labels: ownerReferences alone count |
 * | Jobs | no tracking finalizer, index, success or failure policy, deadline; the wait between retries is none |
 * | claims | are made for StatefulSets and stay Pending: there are no volumes |
 * | endpoints | one slice a Service, no trigger time, no topology |
 * | autoscalers | have no metrics: an annotation says what is desired (autoscaler.ts) |
 * | events | none are written |
 * | CronJobs, PodDisruptionBudgets, quotas' status, LoadBalancers | nobody looks at them |
 */
export const startControllers = (cluster: ControlledCluster, options: ControllerOptions = {}): Controllers => {
  const { clock, handle, store } = cluster;
  const paceMs = options.paceMs ?? 1_000;
  const stopped = new AbortController();
  const index = openOwnerIndex();
  const first = new Map<string, { readonly token: string; readonly at: number }>();
  const failures = new Map<string, { readonly count: number; readonly message: string | undefined }>();

  const keyIn = (resource: Resource, namespace: string, name: string) => ({
    group: groupOf(resource),
    plural: resource.plural,
    namespace,
    name,
  });
  const list = (resource: Resource, namespace: string): readonly LiveObject[] =>
    store.list(groupOf(resource), resource.plural, namespace).flatMap(({ key }) => store.read(key) ?? []);
  const served = () => servedResources(handle, stopped.signal);
  const all: readonly Controller[] = [
    ...(options.pods === false
      ? statusControllers(paceMs)
      : podControllers(paceMs, (namespace) => list(resources.services, namespace))),
    autoscalerController((namespace) => list(resources.autoscalers, namespace)),
    namespaceController(store, served),
    garbageCollector(store, index),
    accountController,
    ...(options.rootCa === undefined ? [] : [rootCaController(options.rootCa)]),
  ];
  const chosen = all.filter(({ name }) => options.only?.includes(name) ?? true);
  const byName = new Map(chosen.map((controller) => [controller.name as string, controller]));
  const heard = new Map<string, readonly Controller[]>();
  const hearing = (resource: string): readonly Controller[] => {
    const known = heard.get(resource);
    if (known !== undefined) return known;
    const those = chosen.filter(({ hears }) => hears.includes(resource) || hears.includes("*"));
    heard.set(resource, those);
    return those;
  };
  const needsIndex =
    chosen.some(({ name }) => name !== "kubelet") && !(options.pods === false && !byName.has("garbage-collector"));

  const viewOf = (id: string): View => ({
    nowMs: clock.now(),
    read: (resource, namespace, name) => store.read(keyIn(resource, namespace, name)),
    list,
    owned: (resource, owner) =>
      index
        .dependents(textAt(owner.metadata, "uid"))
        .filter(({ group, plural }) => plural === resource.plural && group === groupOf(resource))
        .flatMap((key) => store.read(key) ?? []),
    sinceMs: (token) => {
      const known = first.get(id);
      if (known?.token === token) return clock.now() - known.at;
      first.set(id, { token, at: clock.now() });
      return 0;
    },
    refusal: failures.get(id)?.message,
  });

  /** Sends in order until one is not done; gives what to do about that one. */
  const carryOut = async (controller: Controller, id: string, writes: readonly Write[]): Promise<void> => {
    for (const write of writes) {
      const sent = await sendWrite(handle, controller.name, write, stopped.signal);
      if (sent.kind === "done") continue;
      const count = (failures.get(id)?.count ?? 0) + 1;
      failures.set(id, { count, message: sent.kind === "refused" ? sent.message : undefined });
      const isAtOnce = sent.kind === "stale" && count <= AT_ONCE;
      queue.addAfter(id, isAtOnce ? 0 : Math.min(BACKOFF_MS.most, BACKOFF_MS.first * 2 ** Math.min(count, 10)));
      if (isAtOnce || count === 1) queue.add(id); // a first refusal is told in the status right away
      return;
    }
    if (writes.length > 0 || failures.get(id)?.message === undefined) failures.delete(id);
  };
  const queue = openWorkQueue(clock, async (id) => {
    const at = id.indexOf(" ");
    const controller = byName.get(id.slice(0, at));
    if (controller === undefined || stopped.signal.aborted) return;
    try {
      const decision = await controller.decide(id.slice(at + 1), viewOf(id));
      await carryOut(controller, id, decision.writes);
      if (decision.againMs !== undefined) queue.addAfter(id, decision.againMs);
    } catch (error) {
      // A defect in one object must not end the controllers of all others; nor may it go unseen.
      process.emitWarning(new Error(`${id} cannot be decided`, { cause: error }));
      queue.addAfter(id, BACKOFF_MS.most);
    }
  });
  const hear = (event: Pick<StoreEvent, "object" | "type">): void => {
    if (needsIndex && event.type !== "DELETED") index.note(event.object);
    const { group, name, namespace, plural } = event.object.key;
    const notice = noticeOf(event);
    for (const controller of hearing(`${group}/${plural}`)) {
      for (const key of controller.keysOf(notice)) queue.add(`${controller.name} ${key}`);
      if (event.type === "DELETED") {
        first.delete(`${controller.name} ${namespace}/${name}`);
        failures.delete(`${controller.name} ${namespace}/${name}`);
      }
    }
    if (needsIndex && event.type === "DELETED") index.forget(event.object);
  };
  const unsubscribe = store.subscribeAll(hear);
  // Who hears of everything needs to know everything there is; the others only what they hear of.
  const toPrime = async (): Promise<readonly Pick<StoreKey, "group" | "plural">[]> => {
    const names = new Set(chosen.flatMap(({ hears }) => hears));
    if (names.has("*")) return served();
    return [...names].map((name) => ({ group: name.split("/")[0] ?? "", plural: name.split("/")[1] ?? "" }));
  };
  const priming = toPrime().then((found) => {
    const there = found.flatMap(({ group, plural }) => store.list(group, plural));
    if (needsIndex) for (const stored of there) index.note(stored);
    for (const object of there) hear({ type: "ADDED", object });
  });
  return {
    idle: async () => {
      await priming;
      await queue.idle();
    },
    [Symbol.asyncDispose]: async () => {
      unsubscribe();
      stopped.abort();
      await priming.catch(() => undefined);
      await queue.close();
    },
  };
};
