/** Term numbers of who has told something, of who told last, and of whom the leases name now, if they name somebody. */
export interface Terms {
  readonly told: bigint;
  readonly known: bigint | undefined;
  readonly owner: bigint | undefined;
}

/**
 * Two owners of a shard overlap for a moment, and the older one's word no longer counts. A number above that of today's
 * owner outranks nobody: the leases were put back to an older state, which gives out lower numbers again.
 */
export const isOutranked = ({ told, known, owner }: Terms): boolean =>
  known !== undefined && told < known && !(owner !== undefined && known > owner);
