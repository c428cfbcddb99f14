/** What our own books say of an object: the resourceVersion of our last write, as the applier recorded it. */
export interface WrittenAt {
  readonly written: string;
  readonly inventoryRevision: bigint;
}

/**
 * How a drift ended: by a write of ours after it was found, else by another hand. Only our books tell; what stands on the
 * object, the times and names of its managedFields too, can be written by anybody.
 */
export const resolvedBy = (
  now: WrittenAt,
  /** As it was found; after a restart only the revision of the inventory is known. */
  found: { readonly written: string | undefined; readonly inventoryRevision: bigint },
): "corrected" | "reverted" => {
  const isWritten =
    found.written === undefined ? now.inventoryRevision > found.inventoryRevision : now.written !== found.written;
  return isWritten ? "corrected" : "reverted";
};
