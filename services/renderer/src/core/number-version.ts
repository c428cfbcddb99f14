import type { UnitVersion } from "@evenkeel/contracts";

/** What a unit's selection stands for: as long as it is equal, the sources of its version never fall. */
export interface Selection {
  readonly source: string;
  readonly url: string;
  readonly gitRef: string;
  readonly removed: boolean;
}

/** The selection of a unit as it was last asked for or answered, and its seq. */
export interface KnownSelection extends Selection {
  readonly seq: bigint;
}

const same = (a: Selection, b: Selection): boolean =>
  a.source === b.source && a.url === b.url && a.gitRef === b.gitRef && a.removed === b.removed;

/**
 * Seq at which the selection last changed: the known one while nothing changed, else the fleet revision of now. One up to
 * the floor is of before the bus was lost: clusters may know a higher one, so it counts as changed.
 */
export const selectionSeq = (
  known: KnownSelection | undefined,
  now: Selection,
  fleetSeq: bigint,
  floor: bigint,
): bigint => {
  if (known === undefined || known.seq <= floor) return fleetSeq;
  return same(known, now) || known.seq > fleetSeq ? known.seq : fleetSeq;
};

/** The version of a unit that reads one source. */
export const versionOf = (
  inputs: { readonly fleet: bigint; readonly sourceSeq: bigint; readonly tools: bigint; readonly floor: bigint },
  selection: Selection,
  known: KnownSelection | undefined,
): UnitVersion => ({
  fleet: inputs.fleet,
  selection: selectionSeq(known, selection, inputs.fleet, inputs.floor),
  sources: [{ source: selection.source, seq: inputs.sourceSeq }],
  tools: inputs.tools,
});
