import { CHAIN_START, ChainBroken, storedHash } from "@evenkeel/ledger";
import type { StoredEntry } from "@evenkeel/ledger";

/** A chain, wherever its first entries are. */
export interface ChainOrigin {
  /** Hash of its first entry ever. */
  readonly chain: string;
  /** Where what is gone was exported to; empty: nowhere. */
  readonly file: string;
}

interface ChainPlace {
  readonly n: bigint;
  readonly hash: string;
}

/** The last entry that was taken out of a chain. */
export interface GoneBefore extends ChainOrigin, ChainPlace {}

/** Follows a chain from the first entry that is there: links, and whether what was before that one is accounted for. */
export interface ChainFollower {
  /** Throws ChainBroken: the entry does not go on from the one before, or a seal does not hold with what follows it. */
  see(stored: Pick<StoredEntry, "fact" | "body">): void;
  /** Known once entry 1 was seen, or a seal or this owner's own purge that says what was before the first one. */
  readonly origin: ChainOrigin | undefined;
}

/** What one owner has purged itself counts as a seal does: its seal may lie far behind by now, or be sealed itself. */
export const followChain = (purged: GoneBefore | undefined): ChainFollower => {
  let first: bigint | undefined;
  let before: ChainPlace | undefined;
  let origin: ChainOrigin | undefined;
  // Only what a seal may name: what the entries after the first continue.
  const continued = new Map<bigint, string>();
  const begin = ({ body, fact: entry }: Pick<StoredEntry, "fact" | "body">): void => {
    first = entry.n;
    const whole = { n: 0n, hash: CHAIN_START, chain: storedHash({ body }), file: "" };
    const start = entry.n === 1n ? whole : purged;
    if (start?.n !== entry.n - 1n) return;
    origin = start;
    if (start.hash !== entry.prevHash)
      throw new ChainBroken(`ledger entry ${entry.n} does not continue entry ${entry.n - 1n}, which was before it`);
  };
  return {
    see: (stored) => {
      const { fact: entry } = stored;
      if (first === undefined) begin(stored);
      else if (before === undefined || entry.n !== before.n + 1n || entry.prevHash !== before.hash)
        throw new ChainBroken(`ledger entry ${entry.n} does not continue entry ${before?.n ?? 0n}`);
      before = { n: entry.n, hash: storedHash(stored) };
      if (origin !== undefined || first === undefined) return;
      continued.set(entry.n - 1n, entry.prevHash);
      const { seal } = entry;
      if (seal?.complete !== true || seal.lastN < first - 1n) return;
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
