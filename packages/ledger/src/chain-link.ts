import { LedgerEntry } from "@evenkeel/contracts";
import { sha256Hex } from "@evenkeel/resource";

/** `prev_hash` of the first entry of a chain. */
export const CHAIN_START = "0".repeat(64);

/** SHA-256 (hex) of the body of an entry. */
export const entryHash = (entry: LedgerEntry): string => sha256Hex(LedgerEntry.encode(entry).finish());

/** A chain is not what it is to be: cut, changed or another one. */
export class ChainBroken extends Error {
  override readonly name = "ChainBroken";
}
