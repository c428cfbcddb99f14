import { BusConflict } from "@evenkeel/bus";
import type { Bus, Lease } from "@evenkeel/bus";
import { EntryKind, LedgerEntry, flows } from "@evenkeel/contracts";
import type { Seal, UnitWrites } from "@evenkeel/contracts";
import { CHAIN_START, entryHash } from "@evenkeel/ledger";
import { strikeValues } from "@evenkeel/telemetry";

import type { Clock } from "../clock.ts";
import type { ChainHead } from "../core/anchor-document.ts";
import { AuditUnavailable, LeaseLost } from "../write-refused.ts";
import type { LedgerRoom } from "./ledger-room.ts";

/** The audit chain of one partition: its only writer is the holder of the lease, or its appends fail. */
export interface LedgerChain {
  /** The last entry; undefined before the first. */
  readonly head: ChainHead | undefined;
  /** Resolves to the entry's number once it is stored. Throws LeaseLost or AuditUnavailable: then nothing may be written. */
  append(kind: EntryKind, writes: UnitWrites): Promise<bigint>;
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
  let inDoubt = false;
  let broken: Error | undefined;

  const readHead = async (): Promise<{
    readonly head: ChainHead | undefined;
    readonly entry: LedgerEntry | undefined;
  }> => {
    const last = await bus.readLast(flows.ledgerEntry, tokens, signal);
    if (last === undefined) return { head: undefined, entry: undefined };
    return { head: { n: last.fact.n, hash: entryHash(last.fact), sequence: last.sequence }, entry: last.fact };
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
  const store = async (entry: LedgerEntry): Promise<void> => {
    const { sequence } = await bus.publish(flows.ledgerEntry, entry, { expectLast: head?.sequence ?? 0 });
    head = { n: entry.n, hash: entryHash(entry), sequence };
  };
  /** After an answer was lost: what is stored is ours or the lease is gone. */
  const settleDoubt = async (): Promise<void> => {
    const found = await readHead();
    if (found.entry !== undefined && found.entry.epoch !== lease.epoch) throw (broken = foreignAppend());
    head = found.head;
    inDoubt = false;
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
  const appendBatch = async (batch: readonly Waiting[]): Promise<void> => {
    const [first] = batch;
    if (first === undefined) return;
    try {
      if (broken !== undefined) throw broken;
      if (!mayAppend(first.kind)) throw new LeaseLost(`the lease on partition ${partition} is not sure`);
      if (inDoubt) await settleDoubt();
      const entry = entryOf(first.kind, batch);
      await store(entry);
      for (const { resolve } of batch) resolve(entry.n);
    } catch (error) {
      const failure =
        error instanceof BusConflict
          ? (broken = foreignAppend())
          : error instanceof LeaseLost
            ? error
            : new AuditUnavailable(`ledger chain ${partition} cannot be written`, { cause: error });
      inDoubt = true;
      for (const { reject } of batch) reject(failure);
    }
  };
  let flushing = false;
  const flush = async (): Promise<void> => {
    if (flushing) return;
    flushing = true;
    await Promise.resolve(); // what is appended in the same turn shares the entry
    while (queue.length > 0) await appendBatch(takeBatch(queue));
    flushing = false;
  };

  const enqueue = (what: Pick<Waiting, "kind"> & Partial<Waiting>): Promise<bigint> =>
    new Promise((resolve, reject) => {
      queue.push({ units: [], continues: [], seal: undefined, ...what, resolve, reject });
      void flush();
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
