import { EntryKind } from "@evenkeel/contracts";
import type { LedgerEntry, Seal, UnitVersion, UnitWrites } from "@evenkeel/contracts";
import { CHAIN_START, ChainBroken, storedHash } from "@evenkeel/ledger";
import type { StoredEntry } from "@evenkeel/ledger";

import type { ChainHead } from "../anchor/anchor-document.ts";
import { OPEN, standingBefore } from "./seal-of.ts";

/** What a unit was last given according to the ledger. */
export interface LedgerFloor {
  readonly version: UnitVersion;
  readonly digest: string;
}

/** What an anchor names: the last entry that its cluster knows of, and the term it was written in. */
export interface AnchoredHead extends ChainHead {
  readonly epoch: bigint;
}

/** What is read from a chain about one cluster. */
export interface ChainReading {
  readonly head: ChainHead | undefined;
  /** Intents without an outcome, by run. */
  readonly open: ReadonlyMap<string, UnitWrites>;
  /** By app UID. */
  readonly floors: ReadonlyMap<string, LedgerFloor>;
  /** The seal that says what was before the first entry that is there. */
  readonly begins: Seal | undefined;
  /** The anchored entry is among what is gone, too old to be proved. */
  readonly unproven: boolean;
}

type Stored = readonly StoredEntry[];

const checkLink = (entry: LedgerEntry, before: ChainHead | undefined): void => {
  const n = (before?.n ?? 0n) + 1n;
  if (entry.n !== n) throw new ChainBroken(`ledger entry ${entry.n} follows entry ${n - 1n}`);
  if (entry.prevHash !== (before?.hash ?? CHAIN_START))
    throw new ChainBroken(`ledger entry ${entry.n} does not continue entry ${n - 1n}`);
};

const checkAnchored = (stored: StoredEntry, anchored: ChainHead): void => {
  const { fact: entry } = stored;
  if (entry.n !== anchored.n || storedHash(stored) !== anchored.hash)
    throw new ChainBroken(`ledger entry ${entry.n} is not the anchored entry ${anchored.n}`);
};

/** The complete seals among some entries of a chain that are about a place at or after the one before them, oldest first. */
export const sealsIn = (entries: Stored): readonly Seal[] => {
  const before = (entries[0]?.fact.n ?? 1n) - 1n;
  return entries.flatMap(({ fact: { seal } }) =>
    seal?.complete === true && seal.lastN > 0n && seal.lastN >= before ? [seal] : [],
  );
};

/** A seal holds only with what follows its place. */
const checkSeals = (entries: Stored, seals: readonly Seal[]): void => {
  const first = entries[0]?.fact.n ?? 1n;
  for (const { lastN, lastHash } of seals) {
    const next = entries[Number(lastN + 1n - first)];
    if (next?.fact.prevHash !== lastHash)
      throw new ChainBroken(`ledger entry ${lastN + 1n} does not continue the sealed entry ${lastN}`);
  }
};

/** Where a chain that does not begin at 1 is read from. */
const beginningOf = (
  entries: Stored,
  anchored: AnchoredHead | undefined,
): Pick<ChainReading, "begins" | "unproven"> => {
  const first = entries[0]?.fact.n ?? 1n;
  const isWhole = first === 1n || first === anchored?.n;
  if (isWhole) return { begins: undefined, unproven: false };
  const seals = sealsIn(entries);
  const begins = seals.at(-1);
  if (begins === undefined || first > begins.lastN + 1n)
    throw new ChainBroken(
      `ledger entry ${first} follows entry ${anchored?.n ?? 0n}, and no seal says what was between`,
    );
  checkSeals(entries, seals);
  const standing = anchored === undefined ? "ours" : standingBefore(begins, anchored);
  if (anchored !== undefined && anchored.n > first)
    throw new ChainBroken(`ledger entry ${first} is not the anchored entry ${anchored.n}`);
  if (standing === "foreign" || standing === "of a lost chain")
    throw new ChainBroken(
      `ledger entry ${anchored?.n}, which the anchor names, is not of the chain sealed at ${begins.lastN}`,
    );
  return { begins, unproven: standing === "unproven" };
};

/** With the number of the entry: what a later one says counts over what a seal carried from before it. */
type PlacedFloor = LedgerFloor & { readonly n: bigint };

/**
 * Reads a chain from the anchored entry (included), or from where it begins after a seal, to its end: verifies every link,
 * and tells the open intents and the last given version of each unit of a cluster. Throws ChainBroken naming the first bad
 * entry.
 */
export const readChain = (entries: Stored, anchored: AnchoredHead | undefined, cluster: string): ChainReading => {
  if (anchored !== undefined && entries.length === 0)
    throw new ChainBroken(`ledger entry ${anchored.n}, which the anchor names, is gone`);
  const { begins, unproven } = beginningOf(entries, anchored);
  const open = new Map<string, UnitWrites>();
  const closed = new Set<string>();
  const floors = new Map<string, PlacedFloor>();
  let head: ChainHead | undefined;
  const raise = (writes: UnitWrites, n: bigint): void => {
    const uid = writes.unit?.appUid ?? "";
    if (writes.version === undefined || (floors.get(uid)?.n ?? 0n) > n) return;
    floors.set(uid, { version: writes.version, digest: writes.desiredDigest, n });
  };
  for (const stored of entries) {
    const { fact, sequence } = stored;
    if (head !== undefined) checkLink(fact, head);
    else if (begins === undefined && anchored !== undefined) checkAnchored(stored, anchored);
    else if (begins === undefined) checkLink(fact, undefined);
    head = { n: fact.n, hash: storedHash(stored), sequence };
    for (const writes of fact.units) {
      if (writes.unit?.cluster !== cluster) continue;
      if (fact.kind === EntryKind.INTENT) open.set(writes.run, writes);
      if (fact.kind === EntryKind.OUTCOME) {
        open.delete(writes.run);
        closed.add(writes.run);
      }
      const isCarriedOpen = fact.kind === EntryKind.SEAL && writes.result === OPEN;
      if (isCarriedOpen && !closed.has(writes.run) && !open.has(writes.run))
        open.set(writes.run, { ...writes, result: "", at: undefined, n: 0n });
      raise(writes, fact.kind === EntryKind.SEAL ? writes.n : fact.n);
    }
  }
  return {
    head,
    open,
    floors: new Map(Array.from(floors, ([uid, { version, digest }]) => [uid, { version, digest }])),
    begins,
    unproven,
  };
};

/** The term that a chain was begun in, as far as what is there says. */
export const bornIn = (entries: Stored): bigint | undefined => {
  const [first] = entries;
  if (first === undefined || first.fact.n === 1n) return first?.fact.epoch;
  const [row] = sealsIn(entries).at(-1)?.epochs ?? [];
  return row?.n === 1n ? row.epoch : undefined;
};
