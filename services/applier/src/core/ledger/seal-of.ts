import { EntryKind, UnitWrites } from "@evenkeel/contracts";
import type { EpochStart, LedgerEntry, Unit } from "@evenkeel/contracts";

/** Terms that a seal remembers: an anchor that is older than all of them is believed without proof. */
const EPOCHS = 1_000;
/** Runs of a unit that history still tells after its entries are gone. */
const RUNS = 5;
/** Of a carried run: enough to name what it was about. */
const WRITES = 3;
/** What is carried of each unit where there are too many for that: the last is what a new owner cannot do without. */
const LEAN = [
  { runs: RUNS, writes: WRITES },
  { runs: 1, writes: WRITES },
  { runs: 1, writes: 0 },
] as const;

/** Result of a carried intent that had no outcome. */
export const OPEN = "open";

/** What decides about what is carried. */
export interface CarryBy {
  /** Runs that were closed after the last of the entries: the outcome of one may be gone before this seal is. */
  readonly closedSince?: ReadonlySet<string>;
  /** Whether a unit was removed: nothing of it is wanted any more. */
  readonly isGone?: (unit: Unit) => boolean;
  /** Bytes above which less is carried of each unit. */
  readonly budget?: number;
}

/** What is still wanted of the entries up to a place. */
export interface Carried {
  /** Intents without an outcome, in full, and the last runs of each unit, oldest first. */
  readonly units: readonly UnitWrites[];
  readonly epochs: readonly EpochStart[];
}

const asRun = (writes: UnitWrites, { at, n }: LedgerEntry): UnitWrites => ({
  ...writes,
  writes: writes.writes.slice(0, WRITES).map((write) => ({ ...write, drift: undefined, taken: [] })),
  at,
  n,
});

const unitKey = ({ unit }: UnitWrites): string => `${unit?.cluster ?? ""}/${unit?.appUid ?? ""}/${unit?.app ?? ""}`;

const carriedRuns = (entry: LedgerEntry): readonly UnitWrites[] => {
  if (entry.kind === EntryKind.OUTCOME) return entry.units.map((writes) => asRun(writes, entry));
  return entry.kind === EntryKind.SEAL ? entry.units.filter(({ result }) => result !== OPEN) : [];
};

/** Intents that an entry records, or carries from before it. */
export const openedBy = (entry: LedgerEntry): readonly UnitWrites[] => {
  if (entry.kind === EntryKind.INTENT)
    return entry.units.map((writes) => ({ ...writes, result: OPEN, at: entry.at, n: entry.n }));
  return entry.kind === EntryKind.SEAL ? entry.units.filter(({ result }) => result === OPEN) : [];
};

export const runsClosedBy = ({ kind, units }: LedgerEntry): readonly string[] =>
  kind === EntryKind.OUTCOME ? units.map(({ run }) => run) : [];

/** Encoded size of what is carried. */
export const carriedBytes = (units: readonly UnitWrites[]): number =>
  units.reduce((sum, writes) => sum + UnitWrites.encode(writes).finish().length, 0);

/** As many runs of each unit, with as many of their writes, as the budget has room for. */
const keptOf = (last: readonly (readonly UnitWrites[])[], budget: number): readonly UnitWrites[] => {
  let kept: readonly UnitWrites[] = [];
  for (const { runs, writes } of LEAN) {
    kept = last.flatMap((ofUnit) =>
      ofUnit.slice(-runs).map((run) => ({ ...run, writes: run.writes.slice(0, writes) })),
    );
    if (carriedBytes(kept) <= budget) break;
  }
  return kept;
};

/** Folds the entries up to a place; what an earlier seal among them carried is carried on. */
export const carriedFrom = (
  entries: readonly LedgerEntry[],
  { budget = Number.MAX_SAFE_INTEGER, closedSince = new Set(), isGone = () => false }: CarryBy = {},
): Carried => {
  const closed = new Set(closedSince);
  const open = new Map<string, UnitWrites>();
  const last = new Map<string, Map<string, UnitWrites>>();
  const epochs = new Map<bigint, bigint>();
  for (const entry of entries) {
    for (const { epoch, n } of entry.seal?.epochs ?? []) epochs.set(epoch, n);
    if (!epochs.has(entry.epoch)) epochs.set(entry.epoch, entry.n);
    for (const writes of openedBy(entry)) if (!closed.has(writes.run)) open.set(writes.run, writes);
    for (const writes of carriedRuns(entry)) {
      if (entry.kind === EntryKind.OUTCOME) closed.add(writes.run);
      open.delete(writes.run);
      if (writes.unit === undefined || isGone(writes.unit)) continue;
      const key = unitKey(writes);
      const ofUnit = last.get(key) ?? new Map<string, UnitWrites>();
      last.set(key, ofUnit.set(writes.run, writes));
    }
  }
  const runs = Array.from(last.values(), (ofUnit) => [...ofUnit.values()].toSorted(byPlace));
  return {
    units: [...keptOf(runs, budget), ...open.values()].toSorted(byPlace),
    epochs: Array.from(epochs, ([epoch, n]) => ({ epoch, n }))
      .toSorted((a, b) => Number(a.n - b.n))
      .slice(-EPOCHS),
  };
};

const byPlace = (a: UnitWrites, b: UnitWrites): number => Number(a.n - b.n);

/** Whether an anchored head from before a place was in this chain: an entry is of the term that its anchor was written in. */
export const standingBefore = (
  {
    epochs,
    lastN,
    lastHash,
  }: { readonly epochs: readonly EpochStart[]; readonly lastN: bigint; readonly lastHash: string },
  anchored: { readonly n: bigint; readonly hash: string; readonly epoch: bigint },
): "ours" | "of a lost chain" | "unproven" | "foreign" => {
  if (anchored.n === lastN && anchored.hash !== lastHash) return "foreign";
  const [first] = epochs;
  if (first === undefined || anchored.epoch < first.epoch) return first?.n === 1n ? "of a lost chain" : "unproven";
  const at = epochs.findIndex(({ epoch }) => epoch === anchored.epoch);
  const [from, next] = [epochs[at], epochs[at + 1]];
  if (from === undefined || anchored.n < from.n) return "foreign";
  return next !== undefined && anchored.n >= next.n ? "foreign" : "ours";
};
