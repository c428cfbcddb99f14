import { backOff, untilAborted } from "@evenkeel/async";
import type { Bus, Delivery, DeliveryOf, Latest, Lease } from "@evenkeel/bus";
import { buckets, flows, joinInventories } from "@evenkeel/contracts";
import type { DesiredStateChanged, HealthChanged } from "@evenkeel/contracts";
import { connectKube, resolveConnection, shareOf } from "@evenkeel/kube";
import type { ConnectionSources, Kube } from "@evenkeel/kube";
import { parseJson } from "@evenkeel/resource";
import type { JsonObject } from "@evenkeel/resource";
import type { Metrics, Telemetry } from "@evenkeel/telemetry";

import type { Clock } from "./clock.ts";
import { versionsAreOrdered } from "./core/server-version.ts";
import type { Bodies } from "./hear/declared.ts";
import { detectCluster } from "./detect-cluster.ts";
import type { ClusterDetector } from "./detect-cluster.ts";
import { followLedger } from "./hear/follow-ledger.ts";
import { forgetAwaited } from "./hear/forget-awaited.ts";
import { factPublisher } from "./tell/publish-facts.ts";
import type { UnitTable } from "./track/unit-table.ts";
import { watchAnswers } from "./hear/watch-answers.ts";
import type { AnswerWatch } from "./hear/watch-answers.ts";
import { declaredCluster, uidOf, watchWhich, wayTo } from "./hear/which-cluster.ts";
import type { WatchedCluster } from "./hear/which-cluster.ts";

export interface HoldDeps {
  readonly bus: Bus;
  readonly telemetry: Telemetry;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly bodies: Bodies;
  readonly desired: Latest<DesiredStateChanged>;
  readonly connections: ConnectionSources;
  /** Keys the hashes of Secrets in records. */
  readonly hashKey: string;
  /** The clusters held now, for the gauge of open drift. */
  readonly tables: Map<string, UnitTable>;
}

/** The cluster's declaration is not known: nothing can be watched. */
export class ClusterUndeclared extends Error {
  override readonly name = "ClusterUndeclared";
}

const connect = async (deps: HoldDeps, cluster: string, signal: AbortSignal): Promise<WatchedCluster> => {
  const declared = await declaredCluster(deps, cluster, signal);
  if (declared === undefined) throw new ClusterUndeclared(`no declaration of cluster ${cluster} is in the store`);
  const access = await resolveConnection(declared.spec.connection, deps.connections);
  const observe = ({ method, status }: { readonly method: string; readonly status: number }): void =>
    deps.metrics.apiRequests.add(1, { cluster, verb: method, code: String(status) });
  const kube = await connectKube(access, { observe }, signal);
  return { name: cluster, kube, declared, uid: await uidOf(kube, signal) };
};

const RETRY_MS = { first: 1_000, most: 30_000 };

/** A first answer that takes longer is told as missing, although it is still waited for. */
const SLOW_MS = 5_000;

/** Keeps trying; meanwhile nobody knows how the cluster's units stand, and that is told once a cause. */
const connectOrTell = async (
  deps: HoldDeps,
  cluster: string,
  answers: AnswerWatch,
  signal: AbortSignal,
): Promise<WatchedCluster> => {
  const { clock, telemetry } = deps;
  const tell = (error: unknown): Promise<void> =>
    answers.failed(error).catch((failure: unknown) => {
      if (!signal.aborted) telemetry.log.warn("whether a cluster answers could not be told", { cluster, failure });
    });
  for (let tries = 0; ; tries += 1) {
    const answered = new AbortController();
    clock.sleep(SLOW_MS, AbortSignal.any([signal, answered.signal])).then(
      () => tell(new Error(`no answer for ${SLOW_MS / 1000} s`)),
      () => undefined,
    );
    try {
      return await connect(deps, cluster, signal);
    } catch (error) {
      signal.throwIfAborted();
      telemetry.log.warn("a cluster cannot be reached", { cluster, error });
      await tell(error);
    } finally {
      answered.abort();
    }
    await clock.sleep(backOff(RETRY_MS, tries), signal);
  }
};

const serverVersion = async (kube: Kube, signal: AbortSignal): Promise<JsonObject> => {
  const { body } = await kube.transport.request({ method: "GET", path: "/version" }, signal);
  return parseJson(body.toString("utf8")) as JsonObject;
};

/** What was told before this term, so that a restart repeats nothing and ends what is over. */
const rememberTold = async (bus: Bus, cluster: string, detector: ClusterDetector): Promise<void> => {
  const once = new AbortController();
  const ofCluster = { "unit.cluster": cluster };
  const { toldBefore } = detector;
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
  const watched = await connectOrTell(deps, cluster, answers, signal);
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
      epoch: lease.epoch,
      kubeOf: (unit) => shareOf(kube, unit.app),
      versionsOrdered: versionsAreOrdered(await serverVersion(kube, signal)),
      renderedOf: (digest, until) => bodies.rendered(digest, until),
      policyOf: async (app, digest, until) => (await bodies.application(digest, app, until))?.spec.drift,
      ignoreOf: async (app, digest, until) => (await bodies.application(digest, app, until))?.spec.ignore ?? [],
      // A set that was stored by an older version has no such rules.
      whenGoneOf: async (app, digest, until) => (await bodies.application(digest, app, until))?.spec.whenGone ?? [],
      confirmCluster: () => which.confirm(),
      ledgerCaughtUp: (unit, until) => ledger.caughtUp(unit, until),
      publish: factPublisher(bus, telemetry, signal),
      clock: deps.clock,
      log: telemetry.log,
      metrics: deps.metrics,
      masks: new Map(),
    },
    kube,
    signal,
  );
  deps.tables.set(cluster, detector.table);
  using _table = { [Symbol.dispose]: () => void deps.tables.delete(cluster) };
  await rememberTold(bus, cluster, detector);
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
