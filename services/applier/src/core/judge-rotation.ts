/** How full the ledger is, and what of it one chain has. */
export interface ChainShare {
  readonly bytes: number;
  readonly maxBytes: number;
  readonly messages: number;
  readonly partitions: number;
  /** Entries of the chain that are on the bus. */
  readonly entries: number;
}

const ROTATE_AT = 0.6;
/** The newest entries stay for history and for those who read on from a place: half of the chain, and at least so many. */
const NEWEST = 8;

/** How many of the oldest entries of a chain are to be sealed now: none below the threshold, or where others have more. */
export const entriesToSeal = ({ bytes, maxBytes, messages, partitions, entries }: ChainShare): number => {
  if (maxBytes <= 0 || bytes < maxBytes * ROTATE_AT) return 0;
  const isLarge = entries >= messages / (2 * partitions);
  return isLarge ? Math.max(0, Math.min(Math.floor(entries / 2), entries - NEWEST)) : 0;
};
