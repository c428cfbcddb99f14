import type { Bus, Lease } from "@evenkeel/bus";
import type { LineageStatement } from "@evenkeel/contracts";
import { isApiError } from "@evenkeel/kube";
import type { Kube } from "@evenkeel/kube";
import type { Clock } from "@evenkeel/machine";
import type { Logger } from "@evenkeel/telemetry";

import { readAnchor, writeAnchor } from "./anchor-store.ts";
import type { StoredAnchor } from "./anchor-store.ts";
import { anchorName, emptyAnchor, encodeAnchor } from "../core/anchor/anchor-document.ts";
import type { Anchor, AnchoredApp } from "../core/anchor/anchor-document.ts";
import { mergeAnchors, withApp, withLedgerFloors, withoutApp } from "../core/anchor/change-anchor.ts";
import type { LedgerFloor } from "../core/ledger/verify-chain.ts";
import { continueChain } from "../ledger/continue-chain.ts";
import type { LedgerChain } from "../ledger/ledger-chain.ts";
import { unwritable } from "./unwritable-anchor.ts";
import { EpochUnknown, LeaseLost, leaseEnded } from "../write/write-refused.ts";

/** The anchor of one partition on one cluster, taken over by this owner. */
export interface HeldAnchor {
  readonly anchor: Anchor;
  /** What the ledger says a unit was last given, by app UID: newer than the anchor after a crash. */
  readonly floors: ReadonlyMap<string, LedgerFloor>;
  /** Writes a higher placement before the first write under it. */
  raise(placement: bigint): Promise<void>;
  /** Reads the anchor again if it was not for 5 s. Throws LeaseLost on a foreign epoch, PlacedElsewhere. */
  check(): Promise<void>;
  /** Throws AuditUnavailable once the cluster has refused this anchor for half a minute. */
  requireWritten(): Promise<void>;
  /** Keeps an app's entry and the fleet revision that it was planned from; written within 5 s. */
  record(appUid: string, app: AnchoredApp, fleet: LineageStatement | undefined): void;
  /** Leaves a tombstone in place of an app's entry. */
  forget(appUid: string, fleet: bigint): void;
  /** Writes what has changed. */
  flush(): Promise<void>;
}

export interface AnchorDeps {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Logger;
  readonly lease: Lease;
  readonly chain: LedgerChain;
  readonly partition: number;
  /** Throws OtherCluster where the API server is another one by now. */
  readonly confirm: () => Promise<void>;
}

/** How old what we know of an anchor may be while we write (invariant write.one-writer). */
const FRESH_MS = 5_000;

/** So long an anchor may lag behind what is written, while its own writes are refused. */
const REFUSED_MS = 30_000;

/** The cluster is placed with somebody else by a newer declaration. */
export class PlacedElsewhere extends Error {
  override readonly name = "PlacedElsewhere";
}

/** What is taken over once, before the first write of this owner on a cluster. */
interface Taken {
  readonly found: StoredAnchor | undefined;
  readonly floors: ReadonlyMap<string, LedgerFloor>;
}

const nameOf = ({ bus, partition }: AnchorDeps): string => anchorName(bus.installation, partition);

const refuseForeign = async (
  { bus, clock, lease }: AnchorDeps,
  cluster: string,
  found: Anchor,
  placement: bigint,
  signal: AbortSignal,
): Promise<void> => {
  if (found.placement > placement) throw new PlacedElsewhere(`cluster ${cluster} is placed elsewhere by now`);
  if (found.placement === placement && found.epoch > lease.epoch) {
    // Nobody of this bus can have written it: a lease given up for that would be taken and given up for ever.
    const newest = await bus.newestEpoch(signal);
    if (found.epoch > newest) {
      const what = `cluster ${cluster} was written under epoch ${found.epoch}, but this bus has given out none above ${newest}`;
      const message = `${what}: it came back from an older backup, or is another one`;
      throw new EpochUnknown(message, found.epoch, clock.now());
    }
    const why = `the anchor on ${cluster} has the later epoch ${found.epoch}`;
    lease.drop(why);
    throw new LeaseLost(why);
  }
};

const readFound = async (
  deps: AnchorDeps,
  kube: Kube,
  cluster: string,
  placement: bigint,
  signal: AbortSignal,
): Promise<Taken> => {
  const found = await readAnchor(kube, nameOf(deps), signal);
  if (found === undefined) {
    await deps.confirm();
    return { found, floors: new Map() };
  }
  await refuseForeign(deps, cluster, found.anchor, placement, signal);
  return { found, floors: await continueChain(deps, cluster, found.anchor, signal) };
};

/** Writes an anchor over what was read; when it moved meanwhile, what both say over what is there now. */
const storeAnchor = async (
  deps: AnchorDeps,
  at: { readonly kube: Kube; readonly cluster: string },
  anchor: Anchor,
  before: StoredAnchor | undefined,
  signal: AbortSignal,
): Promise<StoredAnchor> => {
  if (!deps.lease.live()) throw leaseEnded(deps.partition);
  try {
    return await writeAnchor(at.kube, nameOf(deps), anchor, before, signal);
  } catch (error) {
    if (!isApiError(error, "STALE", "NOT_FOUND")) throw error;
    const found = await readAnchor(at.kube, nameOf(deps), signal);
    if (found === undefined) {
      await deps.confirm();
      return storeAnchor(deps, at, anchor, found, signal);
    }
    await refuseForeign(deps, at.cluster, found.anchor, anchor.placement, signal);
    return storeAnchor(deps, at, mergeAnchors(anchor, found.anchor), found, signal);
  }
};

/** Takes a cluster over for this partition: verifies the chain from the anchored head, closes open intents, raises the epoch. */
export const takeAnchor = async (
  deps: AnchorDeps,
  kube: Kube,
  cluster: string,
  placement: bigint,
  signal: AbortSignal,
): Promise<HeldAnchor> => {
  const { clock, lease, chain, log } = deps;
  const { found, floors } = await readFound(deps, kube, cluster, placement, signal);
  let anchor: Anchor = {
    ...withLedgerFloors(found?.anchor ?? emptyAnchor, floors, chain.head?.n ?? 0n),
    cluster,
    placement,
  };
  let current = found;
  let readAt = clock.monotonic();
  let dirty = true;
  /** Written while something was open: its place moves on once that is closed. */
  let isBehind = false;
  let writing: Promise<void> | undefined;
  let checking: Promise<void> | undefined;

  let refusedSince: number | undefined;

  const write = async (): Promise<void> => {
    dirty = false;
    // No open intent is passed: the successor reads on from here, and closes what it finds open.
    const head = chain.settled;
    isBehind = head?.n !== chain.head?.n;
    try {
      current = await storeAnchor(deps, { kube, cluster }, { ...anchor, epoch: lease.epoch, head }, current, signal);
      // What was recorded while this was written is newer; what another has written is taken in.
      anchor = { ...mergeAnchors(anchor, current.anchor), epoch: lease.epoch, head };
      readAt = clock.monotonic();
      refusedSince = undefined;
    } catch (error) {
      dirty = true;
      refusedSince ??= clock.monotonic();
      throw unwritable({ cluster, name: nameOf(deps) }, error, encodeAnchor(anchor));
    }
  };
  const flush = async (): Promise<void> => {
    while (writing !== undefined) await writing.catch(() => {});
    if (!dirty && !(isBehind && anchor.head?.n !== chain.settled?.n)) return;
    writing = write().finally(() => {
      writing = undefined;
    });
    await writing;
  };
  const reread = async (): Promise<void> => {
    const now = await readAnchor(kube, nameOf(deps), signal);
    if (now === undefined) {
      await deps.confirm();
      // Deleted by hand: what we know of it is written anew before anything else is.
      log.error("the anchor is gone from the cluster and is made again", { cluster, anchor: nameOf(deps) });
      current = undefined;
      dirty = true;
      return flush();
    }
    await refuseForeign(deps, cluster, now.anchor, anchor.placement, signal);
    readAt = clock.monotonic();
  };
  const change = (next: Anchor): void => {
    anchor = next;
    dirty = true;
  };
  await flush();
  return {
    get anchor() {
      return anchor;
    },
    floors,
    raise: async (to) => {
      if (to <= anchor.placement) return;
      change({ ...anchor, placement: to });
      await flush();
    },
    check: async () => {
      if (clock.monotonic() - readAt < FRESH_MS) return;
      checking ??= reread().finally(() => {
        checking = undefined;
      });
      await checking;
    },
    requireWritten: async () => {
      if (refusedSince !== undefined && clock.monotonic() - refusedSince >= REFUSED_MS) await flush();
    },
    record: (appUid, app, fleet) => change(withApp(anchor, appUid, app, fleet)),
    forget: (appUid, fleet) => change(withoutApp(anchor, appUid, fleet)),
    flush,
  };
};
