import { createLater } from "@evenkeel/async";
import { createMailbox, route } from "@evenkeel/bus";
import type { Delivery, Lease } from "@evenkeel/bus";
import { encodeToken, flows } from "@evenkeel/contracts";
import type { DesiredStateChanged, Unit } from "@evenkeel/contracts";
import { OtherCluster } from "@evenkeel/kube";

import { takeAnchor } from "../cluster/anchors.ts";
import type { HeldAnchor } from "../cluster/anchors.ts";
import type { Deps } from "../deps.ts";
import { createDriftPace } from "../correct/drift-pace.ts";
import { createHangingWebhooks } from "../cluster/hanging-webhooks.ts";
import { keepNewest, unitKey, usable, waitsForOthers } from "./partition.ts";
import type { Desired, Partition, ReachedCluster } from "./partition.ts";
import { openInventories } from "../plan/inventories.ts";
import { createRotation } from "../ledger/keep-rotated.ts";
import type { Rotation } from "../ledger/keep-rotated.ts";
import { openChain } from "../ledger/ledger-chain.ts";
import { createLedgerRoom } from "../ledger/ledger-room.ts";
import { lookInLane } from "./look-by-itself.ts";
import { needsLook } from "./needs-look.ts";
import { onDesiredStateChanged } from "../on-desired-state-changed.ts";
import { onDriftDetected } from "../on-drift-detected.ts";
import { onAnchorsAsked } from "../on-anchors-asked.ts";
import type { PublishedAnchors } from "../cluster/published-anchors.ts";
import { createUnitLanes } from "./unit-lanes.ts";

/** Partitions held now, for what comes from outside their streams. */
export type Partitions = Set<Partition>;

const REPLACED_MS = 100;
const FLUSH_MS = 5_000;
const ROTATE_MS = 5_000;
const SWEEP_AFTER_MS = 1_000;
const SWEEP_LATEST_MS = 10_000;

/** Anchors by cluster, taken over once a term; one that failed is tried at the next use. */
const anchorsOf = (
  deps: Deps,
  partition: number,
  lease: Lease,
  chain: Partition["chain"],
  signal: AbortSignal,
): { readonly held: Map<string, HeldAnchor>; readonly anchorOf: Partition["anchorOf"] } => {
  const held = new Map<string, HeldAnchor>();
  const taking = new Map<string, { readonly uid: string; readonly anchor: Promise<HeldAnchor> }>();
  const { bus, clock, telemetry } = deps;
  const forget = (cluster: string): void => {
    held.delete(cluster);
    taking.delete(cluster);
  };
  const take = async ({ name, kube, confirm }: ReachedCluster, placement: bigint): Promise<HeldAnchor> => {
    const found = await takeAnchor(
      { bus, clock, log: telemetry.log, lease, chain, partition, confirm: () => confirm(signal) },
      kube,
      name,
      placement,
      signal,
    );
    held.set(name, found);
    return found;
  };
  return {
    held,
    anchorOf: (cluster, placement) => {
      const known = taking.get(cluster.name);
      if (known?.uid === cluster.uid) return known.anchor;
      forget(cluster.name);
      const opening = { uid: cluster.uid, anchor: take(cluster, placement) };
      taking.set(cluster.name, opening);
      opening.anchor.catch(() => (taking.get(cluster.name) === opening ? forget(cluster.name) : undefined));
      return opening.anchor;
    },
  };
};

/** What is owed is told before the anchors: they wait for nothing that is told by then. */
const flushAll = async (deps: Deps, chain: Partition["chain"], anchors: Map<string, HeldAnchor>): Promise<void> => {
  await chain
    .tellOwed()
    .catch((error: unknown) => deps.telemetry.log.warn("outcomes are owed to the ledger", { error }));
  await Promise.all(
    [...anchors].map(async ([cluster, anchor]) => {
      try {
        await anchor.flush();
      } catch (error) {
        // What it says is about a cluster that is not there any more.
        if (error instanceof OtherCluster && anchors.get(cluster) === anchor) anchors.delete(cluster);
        deps.telemetry.log.warn("an anchor was not written", { cluster, error });
      }
    }),
  );
};

const every = async (deps: Deps, ms: number, work: () => Promise<void>, signal: AbortSignal): Promise<void> => {
  while (!signal.aborted) {
    try {
      await deps.clock.sleep(ms, signal);
    } catch {
      return;
    }
    await work();
  }
};

/** Takes over the anchors of all clusters in the partition, so that intents of an owner that is gone are closed. */
const takeClusters = async (deps: Deps, partition: Partition): Promise<void> => {
  const one = new Map([...partition.newest.values()].map(({ desired }) => [desired.unit.cluster, desired]));
  const take = async (fact: Desired): Promise<void> => {
    try {
      const declared = await deps.declarations.find(fact.declarationsDigest, fact.unit, partition.signal);
      if (declared === undefined) return;
      await partition.anchorOf(await deps.reached.reach(declared.cluster, partition.signal), fact.placement);
    } catch (error) {
      if (partition.signal.aborted) return;
      deps.telemetry.log.warn("a cluster was not taken over", { cluster: fact.unit.cluster, error });
    }
  };
  await Promise.all(Array.from(one.values(), take));
};

/** What the messages do not bring again: units whose message was acknowledged while something was left to do. */
const sweep = async (deps: Deps, partition: Partition, isBusy: () => boolean): Promise<void> => {
  try {
    await deps.clock.sleep(SWEEP_AFTER_MS, partition.signal);
    for (let waited = 0; isBusy() && waited < SWEEP_LATEST_MS; waited += SWEEP_AFTER_MS)
      await deps.clock.sleep(SWEEP_AFTER_MS, partition.signal);
    const taken = takeClusters(deps, partition);
    for (const [key, { desired }] of partition.newest) {
      if (partition.signal.aborted) return;
      const { value } = await partition.inventories.get(desired.unit, partition.signal);
      if (needsLook(value, desired)) lookInLane(deps, partition, key);
    }
    await taken;
  } catch (error) {
    if (!partition.signal.aborted)
      deps.telemetry.log.error("the sweep of a partition failed", { partition: String(partition.number), error });
  }
};

/** Works on one partition while its lease lasts: messages, drift, later looks; ends with everything told and anchored. */
export const holdPartition =
  (deps: Deps, partitions: Partitions, published: PublishedAnchors, onReady: () => void) =>
  async (lease: Lease, signal: AbortSignal): Promise<void> => {
    const { bus, clock } = deps;
    const number = Number(lease.shard);
    const writes = new AbortController();
    signal.addEventListener("abort", () => (lease.live() ? undefined : writes.abort(signal.reason)), { once: true });
    let rotation: Rotation | undefined;
    const room = createLedgerRoom(bus, async () => rotation?.run());
    const chain = await openChain({ bus, clock, room }, number, lease, signal);
    const { exporter, telemetry } = deps;
    /** What has no desired any more, or a tombstone; before they are read nothing counts as gone. */
    const isGone = (unit: Unit): boolean => {
      const known = partition.newest.get(unitKey(unit))?.desired;
      return partition.newest.size > 0 && (known === undefined || known.removed || known.unit.appUid !== unit.appUid);
    };
    const rotated = { bus, log: telemetry.log, lease, chain, partition: number, exporter, isGone, tenure: signal };
    rotation = createRotation(rotated, writes.signal);
    const rotate = async (): Promise<void> => void (await rotation?.run());
    const { held: anchors, anchorOf } = anchorsOf(deps, number, lease, chain, writes.signal);
    let runs = 0;
    const partition: Partition = {
      number,
      lease,
      chain,
      inventories: openInventories(bus, deps.recordKey),
      lanes: createUnitLanes(),
      later: createLater<string>(clock, (key) => lookInLane(deps, partition, key), signal),
      newest: new Map(),
      attempts: new Map(),
      wakes: new Map(),
      refused: new Map(),
      parked: new Map(),
      kept: new Map(),
      approvedPlans: new Map(),
      deletions: new Map(),
      pace: createDriftPace(clock, deps.rng),
      hangs: createHangingWebhooks(clock, deps.rng),
      signal,
      signalOfWrites: writes.signal,
      anchorOf,
      lookAtAll: (cluster) => {
        for (const [key, { desired }] of partition.newest)
          if (desired.unit.cluster === cluster) partition.later.set(key, REPLACED_MS);
      },
      wakeCluster: (cluster) => {
        const ofCluster = `${encodeToken(cluster)}/`;
        for (const each of partitions) {
          each.wakes.set(cluster, (each.wakes.get(cluster) ?? 0) + 1);
          each.later.wake((waiting) => waiting.startsWith(ofCluster) && waitsForOthers(each, waiting));
        }
      },
      nextRun: () => `${lease.epoch}.${(runs += 1)}`,
    };
    const onDesired = ({ fact, sequence }: Delivery<DesiredStateChanged>): void => {
      const desired = usable(fact);
      if (desired !== undefined) keepNewest(partition, desired, sequence);
    };
    partitions.add(partition);
    try {
      await bus.view(
        [flows.desiredStateChanged],
        { p: String(number) },
        { onEntry: onDesired, onReset: () => partition.newest.clear() },
        signal,
      );
      onReady();
      const mailbox = createMailbox();
      const key = (fact: { readonly unit?: { readonly cluster: string; readonly app: string } | undefined }): string =>
        unitKey(fact.unit ?? { cluster: "", app: "" });
      const desired = [route(flows.desiredStateChanged, onDesiredStateChanged(deps, partition), key)];
      const drift = [route(flows.driftDetected, onDriftDetected(deps, partition), key)];
      await Promise.all([
        bus.consume(`applier-${number}`, desired, { mailbox, reset: true }, signal),
        bus.consume(`heal-${number}`, drift, { mailbox, reset: true }, signal),
        onAnchorsAsked(deps, published, number, signal),
        every(deps, FLUSH_MS, () => flushAll(deps, chain, anchors), signal),
        every(deps, ROTATE_MS, rotate, signal),
        sweep(deps, partition, () => mailbox.size > 0),
      ]);
    } finally {
      partitions.delete(partition);
      await partition.lanes.idle();
      if (lease.live()) await flushAll(deps, chain, anchors);
    }
  };
