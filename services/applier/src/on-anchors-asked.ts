import { createBell, eachApart } from "@evenkeel/async";
import { AnchorsRead, flows, partitionOf } from "@evenkeel/contracts";
import type { Cluster } from "@evenkeel/declarations";
import { canonicalJson, sha256Hex } from "@evenkeel/resource";

import { readAnchors } from "./cluster/anchor-store.ts";
import type { PublishedAnchors } from "./cluster/published-anchors.ts";
import { anchorsFacts } from "./core/anchor/anchors-facts.ts";
import { retryDelayMs } from "./core/retry-delay.ts";
import type { Deps } from "./deps.ts";
import { endNaming } from "./run/end-of-error.ts";

const AT_ONCE = 8;

/**
 * Tells what the anchors hold on each declared cluster that falls to this partition, once for a bus that was not told
 * and again for each question: the source-watcher numbers nothing for the first time before it knows. A cluster that cannot be read is told with the
 * reason, and tried again until it can. Returns when the signal ends.
 */
export const onAnchorsAsked = async (
  deps: Deps,
  published: PublishedAnchors,
  partition: number,
  signal: AbortSignal,
): Promise<void> => {
  const { bus, clock, declarations, rng, telemetry } = deps;
  const changed = createBell();
  declarations.onNewest(() => changed.ring(), signal);
  published.onUnpublished(() => changed.ring(), signal);
  const waiting = async (): Promise<readonly Cluster[]> =>
    (await declarations.newestClusters(signal)).filter(
      ({ metadata: { name } }) => partitionOf(name, "", bus.counts) === partition && !published.has(name),
    );
  let failures = 0;
  while (!signal.aborted) {
    try {
      const read = await eachApart(await waiting(), AT_ONCE, (each) => tellCluster(deps, each, published, signal));
      failures = read.every((isRead) => isRead) ? 0 : failures + 1;
    } catch (error) {
      if (signal.aborted) return;
      telemetry.log.warn("anchors were not told", { partition: String(partition), error });
      failures += 1;
    }
    const restMs = failures === 0 ? undefined : retryDelayMs(failures, rng.chance());
    const heard =
      restMs === undefined
        ? changed.heard(signal)
        : changed.heardWithin(restMs, (ms, until) => clock.sleep(ms, until), signal);
    await heard.catch(() => undefined); // at the end
  }
};

/** True once what the cluster holds is told. */
const tellCluster = async (
  deps: Deps,
  cluster: Cluster,
  published: PublishedAnchors,
  signal: AbortSignal,
): Promise<boolean> => {
  const { bus, clock, clusters } = deps;
  const { name } = cluster.metadata;
  // What comes while it is read is answered by the next reading.
  const asked = published.question(name);
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
