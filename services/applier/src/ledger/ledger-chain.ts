import { BusConflict } from "@evenkeel/bus";
import type { Bus, Lease } from "@evenkeel/bus";
import { EntryKind, LedgerEntry, flows } from "@evenkeel/contracts";
import type { Seal, UnitWrites } from "@evenkeel/contracts";
import { CHAIN_START, entryHash, storedHash } from "@evenkeel/ledger";
import type { Clock } from "@evenkeel/machine";
import { strikeValues } from "@evenkeel/telemetry";

import type { ChainHead } from "../core/anchor/anchor-document.ts";
import { createOpenRuns } from "../core/ledger/open-runs.ts";
import { AuditUnavailable, LeaseLost } from "../write/write-refused.ts";
import type { LedgerRoom } from "./ledger-room.ts";

/** The audit chain of one partition: its only writer is the holder of the lease, or its appends fail. */
export interface LedgerChain {
  /** The last entry; undefined before the first. */
  readonly head: ChainHead | undefined;
  /** The last entry at or before which nothing of this term is open: an anchor names no later one. */
  readonly settled: ChainHead | undefined;
  /** Whether an intent of this term is stored and has no outcome yet. */
  isOpen(run: string): boolean;
  /**
   * Resolves to the entry's number once it is stored. Throws LeaseLost or AuditUnavailable: then nothing may be written. An
   * outcome that could not be stored is kept, and told once the bus answers again.
   */
  append(kind: EntryKind, writes: UnitWrites): Promise<bigint>;
  /** Tells the outcomes that could not be stored. Throws as `append` where they still cannot. */
  tellOwed(): Promise<void>;
  /** Names heads of lost chains that this one goes on from. Throws as `append`. */
  continueFrom(lost: readonly string[]): Promise<bigint>;
  /** Seals the chain at a place, carrying what is still wanted of what was before. Throws as `append`. */
  seal(place: Seal, carried: readonly UnitWrites[]): Promise<bigint>;
}

interface Waiting {
  readonly kind: EntryKind;
  readonly units: readonly UnitWrites[];
  readonly continues: readonly string[];
  readonly seal: Seal | undefined;
  readonly resolve: (n: bigint) => void;
  readonly reject: (error: unknown) => void;
}

/** What was sent and not answered: it is stored, or it is not. */
interface Doubt {
  readonly entry: LedgerEntry;
  readonly batch: readonly Waiting[];
}

const nobody = { resolve: () => {}, reject: () => {} };

/** The end of a run that was told that its intent is not stored: it has written nothing. */
const nothingDone = (intent: UnitWrites): UnitWrites => ({
  ...intent,
  writes: intent.writes.map((write) => ({ ...write, result: "not-tried" })),
  result: "interrupted",
});

/** An entry stays below the 64 KiB of a message. */
const UNITS_AN_ENTRY = 16;
const BYTES_AN_ENTRY = 48 * 1024;

/** Kinds that tell what was done, and lead to no write. */
const TELLS: ReadonlySet<EntryKind> = new Set([EntryKind.OUTCOME, EntryKind.SEAL]);

const sizeOf = (units: readonly UnitWrites[]): number =>
  LedgerEntry.encode({ ...emptyEntry, units: [...units] }).finish().length;

const emptyEntry: LedgerEntry = {
  partition: 0,
  n: 0n,
  prevHash: CHAIN_START,
  kind: EntryKind.UNSPECIFIED,
  epoch: 0n,
  instance: "",
  at: undefined,
  units: [],
  continues: [],
  seal: undefined,
};

const unitsOf = (batch: readonly Waiting[]): readonly UnitWrites[] => batch.flatMap(({ units }) => units);

const partsOf = (carried: readonly UnitWrites[]): readonly (readonly UnitWrites[])[] => {
  const parts: UnitWrites[][] = [];
  for (const writes of carried) {
    const last = parts.at(-1);
    if (last !== undefined && sizeOf([...last, writes]) <= BYTES_AN_ENTRY) last.push(writes);
    else parts.push([writes]);
  }
  return parts;
};

/** What goes into the next entry: all that wait and are of the first one's kind, as far as they fit. */
const takeBatch = (queue: Waiting[]): readonly Waiting[] => {
  const kind = queue[0]?.kind;
  const batch: Waiting[] = [];
  for (const waiting of queue) {
    if (batch.length >= UNITS_AN_ENTRY || waiting.kind !== kind) break;
    if (batch.length > 0 && waiting.seal !== undefined) break;
    if (batch.length > 0 && sizeOf(unitsOf([...batch, waiting])) > BYTES_AN_ENTRY) break;
    batch.push(waiting);
  }
  queue.splice(0, batch.length);
  return batch;
};

/**
 * Opens the chain of a partition with a `takeover` entry, which ends every other writer's appends. Later appends go one
 * after another; what gathers while one is on its way shares the next entry.
 */
export const openChain = async (
  { bus, clock, room }: { readonly bus: Bus; readonly clock: Clock; readonly room?: LedgerRoom },
  partition: number,
  lease: Lease,
  signal: AbortSignal,
): Promise<LedgerChain> => {
  const tokens = { partition: String(partition) };
  const queue: Waiting[] = [];
  let head: ChainHead | undefined;
  const runs = createOpenRuns();
  let doubt: Doubt | undefined;
  /** Outcomes that could not be stored. */
  const owed = new Set<Waiting>();
  let broken: Error | undefined;

  const readHead = async (): Promise<{
    readonly head: ChainHead | undefined;
    readonly entry: LedgerEntry | undefined;
  }> => {
    const last = await bus.readLast(flows.ledgerEntry, tokens, signal);
    if (last === undefined) return { head: undefined, entry: undefined };
    return { head: { n: last.fact.n, hash: storedHash(last), sequence: last.sequence }, entry: last.fact };
  };
  // Struck before it is hashed: what is stored and what the next entry names are the same.
  const entryOf = (kind: EntryKind, batch: readonly Waiting[]): LedgerEntry =>
    strikeValues(
      {
        partition,
        n: (head?.n ?? 0n) + 1n,
        prevHash: head?.hash ?? CHAIN_START,
        kind,
        epoch: lease.epoch,
        instance: bus.instance,
        at: clock.now(),
        units: [...unitsOf(batch)],
        continues: batch.flatMap(({ continues }) => continues),
        seal: batch[0]?.seal,
      },
      "prose",
    );
  const isStored = (entry: LedgerEntry, at: ChainHead): void => {
    runs.onStored(entry, head);
    head = at;
  };
  const store = async (entry: LedgerEntry): Promise<void> => {
    const { sequence } = await bus.publish(flows.ledgerEntry, entry, { expectLast: head?.sequence ?? 0 });
    isStored(entry, { n: entry.n, hash: entryHash(entry), sequence });
  };
  const owe = (writes: UnitWrites): void =>
    void owed.add({ kind: EntryKind.OUTCOME, units: [writes], continues: [], seal: undefined, ...nobody });
  /** After an answer was lost: what is stored is ours or the lease is gone. */
  const settleDoubt = async ({ entry, batch }: Doubt): Promise<void> => {
    const found = await readHead();
    if (found.entry !== undefined && found.entry.epoch !== lease.epoch) throw (broken = foreignAppend());
    doubt = undefined;
    if (found.head === undefined || found.head.hash !== entryHash(entry)) return;
    isStored(entry, found.head);
    for (const waiting of batch) owed.delete(waiting);
    if (entry.kind === EntryKind.INTENT) for (const intent of entry.units) owe(nothingDone(intent));
  };
  const foreignAppend = (): LeaseLost => {
    const why = `another owner appended to ledger chain ${partition}`;
    lease.drop(why);
    return new LeaseLost(why);
  };
  /**
   * What was planned before our own process stood still is not begun; what was done by then is told, as the chain's own
   * fence lets only its owner append. An owner that stood still may go on under the same lease: this ends nothing.
   */
  const mayAppend = (kind: EntryKind): boolean => lease.live() || (TELLS.has(kind) && !signal.aborted);
  /** Resolves to whether it is stored. */
  const appendBatch = async (batch: readonly Waiting[]): Promise<boolean> => {
    const [first] = batch;
    if (first === undefined) return true;
    try {
      if (broken !== undefined) throw broken;
      if (!mayAppend(first.kind)) throw new LeaseLost(`the lease on partition ${partition} is not sure`);
      if (doubt !== undefined) await settleDoubt(doubt);
      const entry = entryOf(first.kind, batch);
      doubt = { entry, batch };
      await store(entry);
      doubt = undefined;
      for (const { resolve } of batch) resolve(entry.n);
      return true;
    } catch (error) {
      const failure =
        error instanceof BusConflict
          ? (broken = foreignAppend())
          : error instanceof LeaseLost
            ? error
            : new AuditUnavailable(`ledger chain ${partition} cannot be written`, { cause: error });
      for (const waiting of batch) {
        if (waiting.kind === EntryKind.OUTCOME) owed.add(waiting);
        waiting.reject(failure);
      }
      return false;
    }
  };
  const tellAgain = (): void => {
    queue.push(...owed);
    owed.clear();
  };
  let flushing: Promise<void> | undefined;
  const work = async (): Promise<void> => {
    await Promise.resolve(); // what is appended in the same turn shares the entry
    while (queue.length > 0) if (await appendBatch(takeBatch(queue))) tellAgain();
    flushing = undefined;
  };
  const settle = async (): Promise<void> => {
    try {
      if (doubt !== undefined && broken === undefined) await settleDoubt(doubt);
      tellAgain();
    } catch {
      // It answers no more than before: what is owed stays so.
    }
    await work();
  };
  const flush = (): void => void (flushing ??= work());
  const tellOwed = async (): Promise<void> => {
    while (flushing !== undefined) await flushing;
    if (doubt === undefined && owed.size === 0) return;
    await (flushing = settle());
    if (broken !== undefined) throw broken;
    if (doubt !== undefined || owed.size > 0)
      throw new AuditUnavailable(`ledger chain ${partition} cannot be written: ${owed.size} outcomes wait for it`);
  };

  const enqueue = (what: Pick<Waiting, "kind"> & Partial<Waiting>): Promise<bigint> =>
    new Promise((resolve, reject) => {
      queue.push({ units: [], continues: [], seal: undefined, ...what, resolve, reject });
      flush();
    });

  ({ head } = await readHead());
  try {
    await store(entryOf(EntryKind.TAKEOVER, []));
  } catch (error) {
    throw error instanceof BusConflict ? foreignAppend() : error;
  }
  return {
    get head() {
      return head;
    },
    get settled() {
      return runs.settled(head);
    },
    isOpen: (run) => runs.has(run),
    tellOwed,
    append: (kind, writes) => {
      const units = [writes];
      const size = kind === EntryKind.INTENT ? sizeOf(units) : 0;
      if (room === undefined || size === 0 || room.take(size)) return enqueue({ kind, units });
      return room.make(size, signal).then(() => enqueue({ kind, units }));
    },
    continueFrom: (continues) => enqueue({ kind: EntryKind.TAKEOVER, continues }),
    seal: async (place, carried) => {
      // Only the last part counts as a seal: all that it says is carried is stored by then.
      for (const units of partsOf(carried))
        await enqueue({ kind: EntryKind.SEAL, units, seal: { ...place, epochs: [], complete: false } });
      return enqueue({ kind: EntryKind.SEAL, seal: place });
    },
  };
};
