import { LedgerEntry } from "@evenkeel/contracts";
import { sha256Hex } from "@evenkeel/resource";

/** `prev_hash` of the first entry of a chain. */
export const CHAIN_START = "0".repeat(64);

/** An entry as it lies in the stream. Of what a newer writer said `fact` may show less than `body` holds. */
export interface StoredEntry {
  readonly fact: LedgerEntry;
  readonly sequence: number;
  readonly body: Uint8Array;
}

/** SHA-256 (hex) of the body of an entry: of its bytes as they were stored, never of what was read from them. */
export const storedHash = ({ body }: Pick<StoredEntry, "body">): string => sha256Hex(body);

/** An entry that was made here, as it will lie in the stream. */
export const storedAs = (fact: LedgerEntry, sequence: number): StoredEntry => ({
  fact,
  sequence,
  body: LedgerEntry.encode(fact).finish(),
});

/** The hash of an entry that was made here. */
export const entryHash = (made: LedgerEntry): string => storedHash(storedAs(made, 0));

/** A chain is not what it is to be: cut, changed or another one. */
export class ChainBroken extends Error {
  override readonly name = "ChainBroken";
}
