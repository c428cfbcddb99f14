import { createBell, createListeners, parallel } from "@evenkeel/async";
import type { DeliveryOf } from "@evenkeel/bus";
import { AnchorsRead, flows, partitionOf } from "@evenkeel/contracts";
import type { Cluster } from "@evenkeel/declarations";
import { canonicalJson, sha256Hex } from "@evenkeel/resource";

import { readAnchors } from "./anchor-store.ts";
import { anchorsFacts } from "../core/anchor/anchors-facts.ts";
import { retryDelayMs } from "../core/retry-delay.ts";
import type { Deps } from "../deps.ts";
import { endNaming } from "../run/end-of-error.ts";

/** Clusters whose anchors this bus was told; a bus that lost its memory was told of none. */
export interface ToldAnchors {
  /** Whether the newest question about a cluster is answered, or there is a word of it that nobody has questioned. */
  has(cluster: string): boolean;
  /** The newest question about a cluster; empty: none. What is read afterwards answers it. */
  question(cluster: string): string;
  /** Calls back when the bus has forgotten, and when it asks. */
  onUntold(listener: () => void, signal: AbortSignal): void;
}

/** Follows what was told and asked; resolves once all of it has been seen. */
export const watchTold = async ({ bus }: Pick<Deps, "bus">, signal: AbortSignal): Promise<ToldAnchors> => {
  const told = new Map<string, string>();
  const questions = new Map<string, string>();
  const listeners = createListeners();
  const wake = (): void => {
    listeners.tell();
  };
  const onEntry = ({ fact, type }: DeliveryOf<typeof flows.anchorsAsked | typeof flows.anchorsRead>): void => {
    if (type === flows.anchorsAsked.type) {
      questions.set(fact.cluster, fact.question);
      wake();
      return;
    }
    const { asked, cluster, part, unread } = fact;
    if (part === 0 && unread === undefined) told.set(cluster, asked);
  };
  const onReset = (): void => {
    told.clear();
    questions.clear();
    wake();
  };
  await bus.view([flows.anchorsAsked, flows.anchorsRead], {}, { onEntry, onReset }, signal);
  return {
    has: (cluster) => {
      const [word, question] = [told.get(cluster), questions.get(cluster)];
      return word !== undefined && (question === undefined || word === question);
    },
    question: (cluster) => questions.get(cluster) ?? "",
    onUntold: (listener, until) => void listeners.add(listener, until),
  };
};

const AT_ONCE = 8;

/**
 * Tells what the anchors hold on each declared cluster that falls to this partition, once for a bus that was not told
 * and again for each question: the source-watcher numbers nothing for the first time before it knows. A cluster that cannot be read is told with the
 * reason, and tried again until it can. Returns when the signal ends.
 */
export const tellAnchors = async (
  deps: Deps,
  told: ToldAnchors,
  partition: number,
  signal: AbortSignal,
): Promise<void> => {
  const { bus, chance, clock, declarations, telemetry } = deps;
  const changed = createBell();
  declarations.onNewest(() => changed.ring(), signal);
  told.onUntold(() => changed.ring(), signal);
  const untold = async (): Promise<readonly Cluster[]> =>
    (await declarations.newestClusters(signal)).filter(
      ({ metadata: { name } }) => partitionOf(name, "", bus.counts) === partition && !told.has(name),
    );
  let failures = 0;
  while (!signal.aborted) {
    try {
      const read = await parallel(await untold(), AT_ONCE, (cluster) => tellCluster(deps, cluster, told, signal));
      failures = read.every((isRead) => isRead) ? 0 : failures + 1;
    } catch (error) {
      if (signal.aborted) return;
      telemetry.log.warn("anchors were not told", { partition: String(partition), error });
      failures += 1;
    }
    const restMs = failures === 0 ? undefined : retryDelayMs(failures, chance());
    const heard =
      restMs === undefined
        ? changed.heard(signal)
        : changed.heardWithin(restMs, (ms, until) => clock.sleep(ms, until), signal);
    await heard.catch(() => undefined); // at the end
  }
};

/** True once what the cluster holds is told. */
const tellCluster = async (deps: Deps, cluster: Cluster, told: ToldAnchors, signal: AbortSignal): Promise<boolean> => {
  const { bus, clock, clusters } = deps;
  const { name } = cluster.metadata;
  // What comes while it is read is answered by the next reading.
  const asked = told.question(name);
  try {
    const kube = await clusters.kubeFor(cluster, signal);
    const facts = anchorsFacts(name, await readAnchors(kube, bus.installation, signal), asked, clock.now());
    // The first part goes last: where it is, all are.
    for (const fact of facts.toReversed()) await bus.publish(flows.anchorsRead, fact, { signal });
    return true;
  } catch (error) {
    if (signal.aborted) throw error;
    const end = await endNaming(bus, error, { cluster: name });
    if (end.kind !== "halted") throw error;
    const { code, message, remedy } = end.halt.reason;
    const cause = sha256Hex(canonicalJson([name, code, message, asked])).slice(0, 32);
    const said = { cluster: name, parts: 1, unread: { code, message, remedy }, at: clock.now(), cause, asked };
    await bus.publish(flows.anchorsRead, AnchorsRead.fromPartial(said), { signal });
    return false;
  }
};
