import { EntryKind, WriteVerb } from "@evenkeel/contracts";
import type { HistoryItem, LedgerEntry, UnitWrites } from "@evenkeel/contracts";

const verbs: Record<WriteVerb, string> = {
  [WriteVerb.UNSPECIFIED]: "",
  [WriteVerb.CREATE]: "create",
  [WriteVerb.UPDATE]: "update",
  [WriteVerb.DELETE]: "delete",
  [WriteVerb.CORRECT]: "correct",
};

/** Runs of units by key `<cluster>/<app>`, oldest first, each with the run's name. */
export type Histories = ReadonlyMap<string, readonly (readonly [run: string, item: HistoryItem])[]>;

// A screen shows the last few; the whole ledger stays on the bus.
const keptRuns = 500;

const toItem = (entry: LedgerEntry, chain: string, writes: UnitWrites): HistoryItem => ({
  version: writes.version,
  revision: writes.revision,
  result: "open",
  writes: writes.writes.map(({ ref, result, verb }) => ({ ref, verb: verbs[verb], result })),
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

/** Adds one entry of a ledger chain to the histories: an intent opens a run, an outcome of the same run closes it. */
export const foldLedgerEntry = (histories: Histories, entry: LedgerEntry): Histories => {
  if (entry.kind !== EntryKind.INTENT && entry.kind !== EntryKind.OUTCOME) return histories;
  const next = new Map(histories);
  for (const writes of entry.units) {
    const key = `${writes.unit?.cluster ?? ""}/${writes.unit?.app ?? ""}`;
    const runs = next.get(key) ?? [];
    const at = entry.kind === EntryKind.OUTCOME ? runs.findLastIndex(([run]) => run === writes.run) : -1;
    const opened = runs[at]?.[1] ?? toItem(entry, `hub.${entry.partition}`, writes);
    const item = entry.kind === EntryKind.OUTCOME ? withOutcome(opened, entry, writes) : opened;
    const row = [writes.run, item] as const;
    next.set(key, at === -1 ? [...runs, row].slice(-keptRuns) : runs.with(at, row));
  }
  return next;
};
