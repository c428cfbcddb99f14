import { writesDigest } from "@evenkeel/apply";
import type { PlannedWrite } from "@evenkeel/apply";
import type { Finding, Unit, UnitVersion, UnitWrites, Write } from "@evenkeel/contracts";
import { fitFields } from "@evenkeel/drift";
import type { TakenField } from "@evenkeel/drift";
import { formatRef } from "@evenkeel/words";

const DETAILED = 20;
/** Of an entry's 64 KiB, for the fields of one corrected object among 20. */
const FIELD_BYTES = 1_000;
const MANAGERS = 5;

/** What a ledger entry says about one run over one unit. */
export interface RunRecord {
  readonly run: string;
  readonly unit: Unit;
  readonly version: UnitVersion;
  readonly digest: string;
  readonly planDigest: string;
  readonly revision: string;
  readonly traceId: string;
  readonly writes: readonly PlannedWrite[];
  /** What a correction answers, by formatRef: history tells field, before, after, manager and onset from it. */
  readonly drift?: ReadonlyMap<string, Finding>;
}

/** What a write came to: its result in a word, and what it took of other managers. */
export interface WriteEnd {
  readonly result: string;
  readonly taken?: readonly TakenField[];
}

const TAKEN = 20;

const toWrite = ({ verb, ref, content }: PlannedWrite, { result, taken = [] }: WriteEnd, drift?: Finding): Write => ({
  ref,
  verb,
  digest: verb === "delete" ? "" : content,
  result,
  drift:
    drift === undefined
      ? undefined
      : {
          ...drift,
          fields: fitFields(drift.fields, FIELD_BYTES),
          managers: drift.managers.slice(0, MANAGERS),
        },
  // A correction names whom it answers already, and an entry has room for one of both.
  taken: drift === undefined ? fitFields(taken.slice(0, TAKEN), FIELD_BYTES) : [],
  takenCount: drift === undefined ? taken.length : 0,
});

const base = (record: RunRecord, writes: readonly Write[]): UnitWrites => ({
  unit: record.unit,
  version: record.version,
  desiredDigest: record.digest,
  planDigest: record.planDigest,
  writes: [...writes],
  writeCount: record.writes.length,
  writesDigest: writesDigest(record.writes),
  traceId: record.traceId,
  run: record.run,
  result: "",
  inventoryRevision: 0n,
  revision: record.revision,
  at: undefined,
  n: 0n,
});

/** The writes that are about to be made: 20 in detail, all by digest. */
export const intentOf = (record: RunRecord): UnitWrites =>
  base(
    record,
    record.writes.slice(0, DETAILED).map((write) => toWrite(write, { result: "" })),
  );

/** Those that did not succeed come first, then those that took something of others. */
const rankOf = ({ result, takenCount }: Write): number => (result !== "done" ? 0 : takenCount > 0 ? 1 : 2);

/** What became of them, in the order of what people ask for: 20 are shown. */
export const outcomeOf = (
  record: RunRecord,
  ends: readonly WriteEnd[],
  result: string,
  inventoryRevision: bigint,
): UnitWrites => {
  const told = record.writes.map((write, index) =>
    toWrite(write, ends[index] ?? { result: "not-tried" }, record.drift?.get(formatRef(write.ref))),
  );
  const shown = told.toSorted((a, b) => rankOf(a) - rankOf(b)).slice(0, DETAILED);
  return { ...base(record, shown), result, inventoryRevision };
};

/** Closes an intent of an owner that is gone: what it wrote is found out by the next run. */
export const interruptedOutcome = (intent: UnitWrites): UnitWrites => ({
  ...intent,
  writes: intent.writes.map((write) => ({ ...write, result: "unknown" })),
  result: "interrupted",
});
