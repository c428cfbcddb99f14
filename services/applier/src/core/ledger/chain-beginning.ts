import type { LedgerEntry } from "@evenkeel/contracts";
import { CHAIN_START, ChainBroken, entryHash } from "@evenkeel/ledger";

/** A chain, wherever its first entries are. */
export interface ChainOrigin {
  /** Hash of its first entry ever. */
  readonly chain: string;
  /** Where what is gone was exported to; empty: nowhere. */
  readonly file: string;
}

/** The last entry that was taken out of a chain. */
export interface GoneBefore extends ChainOrigin {
  readonly n: bigint;
  readonly hash: string;
}

/** Follows a chain from the first entry that is there: links, and whether what was before that one is accounted for. */
export interface ChainFollower {
  /** Throws ChainBroken: the entry does not go on from the one before, or a seal does not hold with what follows it. */
  see(entry: LedgerEntry): void;
  /** Known once entry 1 was seen, or a seal or this owner's own purge that says what was before the first one. */
  readonly origin: ChainOrigin | undefined;
}

/** What one owner has purged itself counts as a seal does: its seal may lie far behind by now, or be sealed itself. */
export const followChain = (purged: GoneBefore | undefined): ChainFollower => {
  let first: LedgerEntry | undefined;
  let before: LedgerEntry | undefined;
  let origin: ChainOrigin | undefined;
  // Only what a seal may name: what the entries after the first continue.
  const continued = new Map<bigint, string>();
  const begin = (entry: LedgerEntry): void => {
    first = entry;
    const whole = { n: 0n, hash: CHAIN_START, chain: entryHash(entry), file: "" };
    const start = entry.n === 1n ? whole : purged;
    if (start?.n !== entry.n - 1n) return;
    origin = start;
    if (start.hash !== entry.prevHash)
      throw new ChainBroken(`ledger entry ${entry.n} does not continue entry ${entry.n - 1n}, which was before it`);
  };
  return {
    see: (entry) => {
      if (first === undefined) begin(entry);
      else if (before === undefined || entry.n !== before.n + 1n || entry.prevHash !== entryHash(before))
        throw new ChainBroken(`ledger entry ${entry.n} does not continue entry ${before?.n ?? 0n}`);
      before = entry;
      if (origin !== undefined || first === undefined) return;
      continued.set(entry.n - 1n, entry.prevHash);
      const { seal } = entry;
      if (seal?.complete !== true || seal.lastN < first.n - 1n) return;
      if (continued.get(seal.lastN) !== seal.lastHash)
        throw new ChainBroken(`ledger entry ${seal.lastN + 1n} does not continue the sealed entry ${seal.lastN}`);
      // A seal from before chains had a name gives it the place it is about.
      origin = { chain: seal.chain || seal.lastHash, file: seal.file };
    },
    get origin() {
      return origin;
    },
  };
};
