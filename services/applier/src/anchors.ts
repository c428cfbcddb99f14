import type { Bus, Lease } from "@evenkeel/bus";
import { EntryKind, flows } from "@evenkeel/contracts";
import type { LedgerEntry } from "@evenkeel/contracts";
import { isApiError } from "@evenkeel/kube";
import type { Kube } from "@evenkeel/kube";
import type { Logger } from "@evenkeel/telemetry";

import { readAnchor, writeAnchor } from "./anchor-store.ts";
import type { StoredAnchor } from "./anchor-store.ts";
import type { Clock } from "./clock.ts";
import { AnchorDamaged, anchorName, emptyAnchor } from "./core/anchor-document.ts";
import type { Anchor, AnchoredApp } from "./core/anchor-document.ts";
import { interruptedOutcome } from "./core/unit-writes.ts";
import { ChainBroken, readChain } from "./core/verify-chain.ts";
import type { LedgerFloor } from "./core/verify-chain.ts";
import type { LedgerChain } from "./ledger/ledger-chain.ts";
import { AuditUnavailable, LeaseLost } from "./write-refused.ts";

/** The anchor of one partition on one cluster, taken over by this owner. */
export interface HeldAnchor {
  readonly anchor: Anchor;
  /** What the ledger says a unit was last given, by app UID: newer than the anchor after a crash. */
  readonly floors: ReadonlyMap<string, LedgerFloor>;
  /** Reads the anchor again if it was not for 5 s. Throws LeaseLost on a foreign epoch or placement. */
  check(): Promise<void>;
  /** Keeps an app's entry; written within 5 s. */
  record(appUid: string, app: AnchoredApp): void;
  /** Drops an app's entry by raising the floor. */
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
}

/** How old what we know of an anchor may be while we write. */
const FRESH_MS = 5_000;

const readEntries = async (
  { bus, partition }: AnchorDeps,
  from: number,
  signal: AbortSignal,
): Promise<readonly { readonly fact: LedgerEntry; readonly sequence: number }[]> => {
  const entries: { readonly fact: LedgerEntry; readonly sequence: number }[] = [];
  const all = bus.readAll(flows.ledgerEntry, { partition: String(partition) }, from, signal);
  for await (const { fact, sequence } of all) entries.push({ fact, sequence });
  return entries;
};

/** Takes a cluster over for this partition: verifies the chain from the anchored head, closes open intents, raises the epoch. */
export const takeAnchor = async (
  deps: AnchorDeps,
  kube: Kube,
  cluster: string,
  placement: bigint,
  signal: AbortSignal,
): Promise<HeldAnchor> => {
  const { bus, clock, lease, chain, log } = deps;
  const name = anchorName(bus.installation, deps.partition);
  const lost = (why: string): LeaseLost => {
    lease.drop(why);
    return new LeaseLost(why);
  };
  const refuseForeign = (found: Anchor): void => {
    if (found.placement > placement) throw lost(`anchor ${name} of ${cluster} is placed elsewhere`);
    if (found.placement === placement && found.epoch > lease.epoch)
      throw lost(`anchor ${name} of ${cluster} has the later epoch ${found.epoch}`);
  };
  const readFloors = async (head: Anchor["head"]): Promise<ReadonlyMap<string, LedgerFloor>> => {
    if (head === undefined) return new Map();
    try {
      const reading = readChain(await readEntries(deps, head.sequence, signal), head, cluster);
      for (const intent of reading.open.values()) {
        log.info("closed an intent of an owner that is gone", {
          cluster,
          app: intent.unit?.app ?? "",
          run: intent.run,
        });
        await chain.append(EntryKind.OUTCOME, interruptedOutcome(intent));
      }
      return reading.floors;
    } catch (error) {
      if (!(error instanceof ChainBroken)) throw error;
      throw new AuditUnavailable(`${error.message}: the bus was rebuilt or damaged`, { cause: error });
    }
  };

  let current: StoredAnchor | undefined = await readAnchor(kube, name, signal);
  let anchor: Anchor = current?.anchor ?? emptyAnchor;
  refuseForeign(anchor);
  const floors = await readFloors(anchor.head);
  let readAt = clock.monotonic();
  let dirty = false;
  let writing: Promise<void> | undefined;

  const write = async (): Promise<void> => {
    if (!lease.live()) throw new LeaseLost(`the lease on partition ${deps.partition} has ended`);
    dirty = false;
    const next = { ...anchor, epoch: lease.epoch, placement, head: chain.head };
    try {
      current = await writeAnchor(kube, name, next, current, signal);
      anchor = { ...anchor, epoch: lease.epoch, placement, head: next.head };
      readAt = clock.monotonic();
    } catch (error) {
      dirty = true;
      if (!isApiError(error, "STALE", "NOT_FOUND")) throw error;
      const found = await readAnchor(kube, name, signal);
      if (found !== undefined) refuseForeign(found.anchor);
      // Only metadata was touched, or it was deleted: ours is the newest content.
      current = found;
      throw error;
    }
  };
  const flushNow = async (): Promise<void> => {
    try {
      await write();
    } catch (error) {
      if (!isApiError(error, "STALE", "NOT_FOUND")) throw error;
      await write();
    }
  };
  await flushNow();

  const change = (next: Anchor): void => {
    anchor = next;
    dirty = true;
  };
  let checking: Promise<void> | undefined;
  const reread = async (): Promise<void> => {
    const found = await readAnchor(kube, name, signal);
    if (found === undefined) throw new AnchorDamaged(`anchor ${name} of ${cluster} is gone`);
    refuseForeign(found.anchor);
    readAt = clock.monotonic();
  };
  return {
    get anchor() {
      return anchor;
    },
    floors,
    check: async () => {
      if (clock.monotonic() - readAt < FRESH_MS) return;
      checking ??= reread().finally(() => {
        checking = undefined;
      });
      await checking;
    },
    record: (appUid, app) => change({ ...anchor, apps: new Map([...anchor.apps, [appUid, app]]) }),
    forget: (appUid, fleet) =>
      change({
        ...anchor,
        floor: fleet > anchor.floor ? fleet : anchor.floor,
        apps: new Map([...anchor.apps].filter(([uid]) => uid !== appUid)),
      }),
    flush: async () => {
      await writing;
      if (!dirty) return;
      writing = flushNow().finally(() => {
        writing = undefined;
      });
      await writing;
    },
  };
};
