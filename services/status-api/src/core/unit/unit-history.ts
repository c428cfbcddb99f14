import { EntryKind, WriteVerb } from "@evenkeel/contracts";
import type { HistoryBeginning, HistoryItem, HistoryWrite, LedgerEntry, UnitWrites, Write } from "@evenkeel/contracts";

/** Runs of units by key `<cluster>/<app>`, oldest first, each with the run's name. */
export type Histories = ReadonlyMap<string, readonly (readonly [run: string, item: HistoryItem])[]>;

// A screen shows the last few; the whole ledger stays on the bus.
const KEPT_RUNS = 500;

const toWrite = (verb: string, { ref, result, taken, takenCount }: Omit<Write, "verb">): HistoryWrite => ({
  ref,
  verb,
  result,
  taken: [...taken],
  takenCount,
});

const toItem = (entry: Pick<LedgerEntry, "at" | "n">, chain: string, writes: UnitWrites): HistoryItem => ({
  version: writes.version,
  revision: writes.revision,
  result: "open",
  writes: writes.writes.map(({ verb, ...write }) => toWrite(verb === WriteVerb.UNSPECIFIED ? "" : verb, write)),
  writeCount: writes.writeCount,
  startedAt: entry.at,
  endedAt: undefined,
  digest: writes.desiredDigest,
  traceId: writes.traceId,
  author: "",
  subject: "",
  ledger: `${chain}/${entry.n}`,
  drift: writes.writes.flatMap(({ drift }) => (drift === undefined ? [] : [drift])),
});

const withOutcome = (intent: HistoryItem, entry: LedgerEntry, outcome: UnitWrites): HistoryItem => {
  const { drift, writes } = toItem(entry, "", outcome);
  return {
    ...intent,
    result: outcome.result === "" ? "done" : outcome.result,
    writes: writes.length > 0 ? writes : intent.writes,
    drift,
    endedAt: entry.at,
  };
};

const numberOf = ({ ledger }: HistoryItem): number => Number(ledger.split("/")[1] ?? 0);

/** Adds the runs that a seal carried from before it, where their own entries were not seen. */
const foldCarried = (histories: Histories, entry: LedgerEntry): Histories => {
  const next = new Map(histories);
  for (const writes of entry.units) {
    const key = keyOf(writes);
    const runs = next.get(key) ?? [];
    if (runs.some(([run]) => run === writes.run)) continue;
    const item = { ...toItem(writes, `hub.${entry.partition}`, writes), result: writes.result || "done" };
    const row = [writes.run, { ...item, endedAt: writes.result === "open" ? undefined : writes.at }] as const;
    next.set(key, [...runs, row].toSorted(([, a], [, b]) => numberOf(a) - numberOf(b)).slice(-KEPT_RUNS));
  }
  return next;
};

const keyOf = ({ unit }: UnitWrites): string => `${unit?.cluster ?? ""}/${unit?.app ?? ""}`;

/** Where a chain on the bus begins, if it was sealed; the newest seal counts. */
export const beginningIn = (entry: LedgerEntry): HistoryBeginning | undefined =>
  entry.seal?.complete === true
    ? { chain: `hub.${entry.partition}`, before: entry.seal.lastN, at: entry.seal.lastAt, file: entry.seal.file }
    : undefined;

/** Adds one entry of a ledger chain to the histories: an intent opens a run, an outcome of the same run closes it. */
export const foldLedgerEntry = (histories: Histories, entry: LedgerEntry): Histories => {
  if (entry.kind === EntryKind.SEAL) return foldCarried(histories, entry);
  if (entry.kind !== EntryKind.INTENT && entry.kind !== EntryKind.OUTCOME) return histories;
  const next = new Map(histories);
  for (const writes of entry.units) {
    const key = keyOf(writes);
    const runs = next.get(key) ?? [];
    const at = entry.kind === EntryKind.OUTCOME ? runs.findLastIndex(([run]) => run === writes.run) : -1;
    const opened = runs[at]?.[1] ?? toItem(entry, `hub.${entry.partition}`, writes);
    const item = entry.kind === EntryKind.OUTCOME ? withOutcome(opened, entry, writes) : opened;
    const row = [writes.run, item] as const;
    next.set(key, at === -1 ? [...runs, row].slice(-KEPT_RUNS) : runs.with(at, row));
  }
  return next;
};
