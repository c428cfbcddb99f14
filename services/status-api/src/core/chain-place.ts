import type { LedgerEntry } from "@evenkeel/contracts";

/** An entry of a ledger chain, and where it lies on the bus. */
export interface ChainPlace {
  readonly sequence: number;
  readonly n: bigint;
  /** Of no two entries the same, in this chain or in that of another bus. */
  readonly id: string;
}

export const placeOf = ({ fact, sequence }: { readonly fact: LedgerEntry; readonly sequence: number }): ChainPlace => {
  const { at, epoch, instance, n, prevHash } = fact;
  return { sequence, n, id: [sequence, n, epoch, instance, prevHash, at?.toISOString() ?? ""].join(" ") };
};

/**
 * Whether what was found next after the last read belongs to the chain of another bus: something else lies where the last
 * entry lay, or numbers begin again. A gap is none: what was sealed has left the bus.
 */
export const isAnotherChain = (last: ChainPlace, found: ChainPlace): boolean =>
  found.sequence === last.sequence ? found.id !== last.id : found.n <= last.n;
