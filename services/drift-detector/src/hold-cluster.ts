import { untilAborted } from "@evenkeel/async";
import type { Bus, Delivery, DeliveryOf, Lease } from "@evenkeel/bus";
import { buckets, flows, joinInventories } from "@evenkeel/contracts";
import type { HealthChanged } from "@evenkeel/contracts";
import { shareOf } from "@evenkeel/kube";

import { detectCluster } from "./detect-cluster.ts";
import type { ClusterDetector } from "./detect-cluster.ts";
import { followLedger } from "./hear/follow-ledger.ts";
import { forgetAwaited } from "./hear/forget-awaited.ts";
import { isOrdered, reachCluster } from "./hear/reach-cluster.ts";
import type { ReachDeps } from "./hear/reach-cluster.ts";
import { watchAnswers } from "./hear/watch-answers.ts";
import { watchWhich, wayTo } from "./hear/which-cluster.ts";
import { factPublisher } from "./tell/publish-facts.ts";
import type { UnitTable } from "./track/unit-table.ts";

export interface HoldDeps extends ReachDeps {
  readonly bus: Bus;
  /** Keys the hashes of Secrets in records. */
  readonly hashKey: string;
  /** How often all that is watched is listed anew. */
  readonly compareMs?: number | undefined;
  /** The clusters held now, for the gauge of open drift. */
  readonly tables: Map<string, UnitTable>;
}

/** What was told before this term, so that a restart repeats nothing and ends what is over. */
const rememberPublished = async (bus: Bus, cluster: string, detector: ClusterDetector): Promise<void> => {
  const once = new AbortController();
  const ofCluster = { "unit.cluster": cluster };
  const { publishedBefore: toldBefore } = detector;
  const onDrift = (delivery: DeliveryOf<typeof flows.driftDetected | typeof flows.driftResolved>): void =>
    delivery.type === flows.driftDetected.type ? toldBefore.drift(delivery.fact) : toldBefore.resolved(delivery.fact);
  const onHealth = ({ fact }: Delivery<HealthChanged>): void => toldBefore.health(fact);
  try {
    await Promise.all([
      bus.view([flows.driftDetected, flows.driftResolved], ofCluster, { onEntry: onDrift }, once.signal),
      bus.view([flows.healthChanged], ofCluster, { onEntry: onHealth }, once.signal),
    ]);
  } finally {
    once.abort();
  }
};

/** Watches a cluster until the signal ends, or until `onOther`: its name stands for another one by now. */
const watchCluster = async (
  deps: HoldDeps,
  cluster: string,
  lease: Lease,
  onOther: () => void,
  signal: AbortSignal,
): Promise<void> => {
  const { bus, telemetry, bodies } = deps;
  const answers = watchAnswers({ bus, clock: deps.clock, log: telemetry.log }, { cluster, epoch: lease.epoch });
  const watched = await reachCluster(deps, cluster, answers, signal);
  await using _connection = watched.kube;
  using which = watchWhich({ ...deps, log: telemetry.log }, watched, onOther, signal);
  const kube = wayTo(watched, onOther);
  void answers.follow(kube, signal).catch((error: unknown) => {
    if (!signal.aborted) telemetry.log.error("a cluster is not looked at any more", { cluster, error });
  });
  const ledger = followLedger(
    bus,
    { clock: deps.clock, log: telemetry.log },
    { take: (entry) => detector.ledger.take(entry), reset: () => detector.ledger.reset() },
  );
  const detector = detectCluster(
    {
      cluster,
      installation: bus.installation,
      hashKey: deps.hashKey,
      compareMs: deps.compareMs,
      epoch: lease.epoch,
      kubeOf: (unit) => shareOf(kube, unit.app),
      versionsOrdered: await isOrdered(kube, signal),
      renderedOf: (digest, until) => bodies.rendered(digest, until),
      policyOf: async (app, digest, until) => (await bodies.application(digest, app, until))?.spec.drift,
      ignoreOf: async (app, digest, until) => (await bodies.application(digest, app, until))?.spec.ignore ?? [],
      // A set that was stored by an older version has no such rules.
      whenGoneOf: async (app, digest, until) => (await bodies.application(digest, app, until))?.spec.whenGone ?? [],
      confirmCluster: () => which.confirm(),
      ledgerCaughtUp: (unit, until) => ledger.caughtUp(unit, until),
      publish: factPublisher(bus, telemetry, signal),
      clock: deps.clock,
      rng: deps.rng,
      log: telemetry.log,
      metrics: deps.metrics,
      masks: new Map(),
    },
    kube,
    signal,
  );
  deps.tables.set(cluster, detector.table);
  using _table = { [Symbol.dispose]: () => void deps.tables.delete(cluster) };
  await rememberPublished(bus, cluster, detector);
  using _desired = deps.desired.onChange(({ fact }) => detector.desired(fact));
  for (const { fact } of deps.desired.all({ "unit.cluster": cluster })) detector.desired(fact);
  const joined = joinInventories(({ key, value, revision }) =>
    detector.inventory.stored(which.isAbout(value) ? value : undefined, key.app, BigInt(revision)),
  );
  const onReset = (): void => {
    joined.reset();
    detector.inventory.reset();
  };
  const inventories = bus.state(buckets.inventoryPart);
  const inventory = inventories.watch({ cluster }, { onEntry: joined.onEntry, onReset }, signal);
  await Promise.all([ledger.open(signal), inventory]);
  void forgetAwaited(bus.state(buckets.inventory), { clock: deps.clock, log: telemetry.log }, detector, signal);
  detector.begin();
  telemetry.log.info("watching a cluster", { cluster, epoch: String(lease.epoch) });
  await untilAborted(signal);
};

/**
 * Detects drift on one cluster for one term of its lease. What was seen of one cluster says nothing about another that has
 * its name since: another connection was declared, or the API server was made anew. It is watched from the start then.
 */
export const holdCluster = async (
  deps: HoldDeps,
  cluster: string,
  lease: Lease,
  signal: AbortSignal,
): Promise<void> => {
  for (;;) {
    const other = new AbortController();
    try {
      await watchCluster(deps, cluster, lease, () => other.abort(), AbortSignal.any([signal, other.signal]));
    } catch (error) {
      if (!other.signal.aborted) throw error;
    }
    if (signal.aborted || !other.signal.aborted) return;
    deps.telemetry.log.warn("a cluster is another one and is watched anew", { cluster });
  }
};
