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

/** Of the stream's room, what all chains together carry before less is carried of each unit. */
const CARRY_AT_MOST = 0.1;
/** Of what a step frees, the most that its seal may take: above it the ledger would be sealed for nothing. */
const WORTH_SEALING = 0.8;
/** Of the stream's room, how far a seal may fill it until the purge. */
const SEAL_BELOW = 0.98;

/** Bytes that one chain may carry. */
export const carryBudget = ({ maxBytes, partitions }: Pick<ChainShare, "maxBytes" | "partitions">): number =>
  (maxBytes * CARRY_AT_MOST) / partitions;

/** Why a step is not worth its seal or has no room for it; undefined: it has. */
export const sealRefused = (
  { bytes, maxBytes }: Pick<ChainShare, "bytes" | "maxBytes">,
  step: { readonly units: number; readonly carried: number; readonly freed: number },
): string | undefined => {
  const what = `what is carried of ${step.units} runs of units takes ${inKiB(step.carried)} KiB`;
  if (step.carried > step.freed * WORTH_SEALING)
    return `${what} of the ${inKiB(step.freed)} KiB that sealing would free: the ledger is too small for so many units`;
  if (bytes + step.carried > maxBytes * SEAL_BELOW) return `${what}, and the ledger has no room for that seal`;
  return undefined;
};

const inKiB = (bytes: number): string => (bytes / 1024).toFixed(0);
