import { EntryKind, LedgerEntry } from "@evenkeel/contracts";
import type { UnitVersion, UnitWrites } from "@evenkeel/contracts";
import { sha256Hex } from "@evenkeel/resource";

import type { ChainHead } from "./anchor-document.ts";

/** `prev_hash` of the first entry of a chain. */
export const CHAIN_START = "0".repeat(64);

/** SHA-256 (hex) of the body of an entry. */
export const entryHash = (entry: LedgerEntry): string => sha256Hex(LedgerEntry.encode(entry).finish());

/** The chain is not what the anchor knows: cut, changed or of another bus. Nothing is written until it is rebuilt. */
export class ChainBroken extends Error {
  override readonly name = "ChainBroken";
}

/** What a unit was last given according to the ledger. */
export interface LedgerFloor {
  readonly version: UnitVersion;
  readonly digest: string;
}

/** What is read from a chain about one cluster. */
export interface ChainReading {
  readonly head: ChainHead | undefined;
  /** Intents without an outcome, by run. */
  readonly open: ReadonlyMap<string, UnitWrites>;
  /** By app UID. */
  readonly floors: ReadonlyMap<string, LedgerFloor>;
}

const checkLink = (entry: LedgerEntry, before: ChainHead | undefined): void => {
  const n = (before?.n ?? 0n) + 1n;
  if (entry.n !== n) throw new ChainBroken(`ledger entry ${entry.n} follows entry ${n - 1n}`);
  if (entry.prevHash !== (before?.hash ?? CHAIN_START))
    throw new ChainBroken(`ledger entry ${entry.n} does not continue entry ${n - 1n}`);
};

const checkAnchored = (entry: LedgerEntry, anchored: ChainHead): void => {
  if (entry.n !== anchored.n || entryHash(entry) !== anchored.hash)
    throw new ChainBroken(`ledger entry ${entry.n} is not the anchored entry ${anchored.n}`);
};

/**
 * Reads a chain from the anchored entry (included) to its end: verifies every link, and tells the open intents and the
 * last given version of each unit of a cluster. Throws ChainBroken naming the first bad entry.
 */
export const readChain = (
  entries: readonly { readonly fact: LedgerEntry; readonly sequence: number }[],
  anchored: ChainHead | undefined,
  cluster: string,
): ChainReading => {
  if (anchored !== undefined && entries.length === 0)
    throw new ChainBroken(`ledger entry ${anchored.n}, which the anchor names, is gone`);
  const open = new Map<string, UnitWrites>();
  const floors = new Map<string, LedgerFloor>();
  let head: ChainHead | undefined;
  for (const { fact, sequence } of entries) {
    if (head === undefined && anchored !== undefined) checkAnchored(fact, anchored);
    else checkLink(fact, head);
    head = { n: fact.n, hash: entryHash(fact), sequence };
    for (const writes of fact.units) {
      if (writes.unit?.cluster !== cluster) continue;
      if (fact.kind === EntryKind.INTENT) open.set(writes.run, writes);
      if (fact.kind === EntryKind.OUTCOME) open.delete(writes.run);
      if (writes.version !== undefined)
        floors.set(writes.unit.appUid, { version: writes.version, digest: writes.desiredDigest });
    }
  }
  return { head, open, floors };
};
