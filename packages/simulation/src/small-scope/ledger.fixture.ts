import { EntryKind, LedgerEntry } from "@evenkeel/contracts";
import { CHAIN_START, ChainBroken, storedAs, storedHash } from "@evenkeel/ledger";
import type { StoredEntry } from "@evenkeel/ledger";

// @boundaries-ignore the decision core of a service has no door of its own, and is what is searched
import { readChain } from "../../../../services/applier/src/core/ledger/verify-chain.ts";
import type { Commit, Desired } from "./model.fixture.ts";

/** One entry; `over`: the number of the one that its writer went on from. */
export interface LedgerRow {
  readonly kind: "intent" | "outcome";
  readonly epoch: number;
  readonly seq: number;
  readonly commit: Commit;
  readonly n: number;
  readonly over: number;
  /** Number of the intent of the run. */
  readonly run: number;
}
interface Read {
  readonly open: readonly LedgerRow[];
  readonly floor: Desired | undefined;
  readonly broken: string;
}

const runOf = ({ epoch, run }: LedgerRow): string => `${epoch}.${run}`;
const read = (rows: readonly LedgerRow[]): Read => {
  const entries: StoredEntry[] = [];
  for (const row of rows) {
    const before = entries.find(({ fact }) => fact.n === BigInt(row.over));
    const version = { fleet: 1n, selection: 1n, tools: 1n, sources: [{ source: "web", seq: BigInt(row.seq) }] };
    const writes = {
      unit: { cluster: "eu", app: "web", appUid: "app" },
      run: runOf(row),
      version,
      desiredDigest: row.commit,
    };
    const fact = LedgerEntry.fromPartial({
      partition: 0,
      n: BigInt(row.n),
      prevHash: before === undefined ? CHAIN_START : storedHash(before),
      kind: row.kind === "intent" ? EntryKind.INTENT : EntryKind.OUTCOME,
      epoch: BigInt(row.epoch),
      units: [writes],
    });
    entries.push(storedAs(fact, entries.length + 1));
  }
  try {
    const { open, floors } = readChain(entries, undefined, "eu");
    const floor = floors.get("app");
    const given =
      floor === undefined
        ? undefined
        : { commit: floor.digest as Commit, seq: Number(floor.version.sources[0]?.seq ?? 0n), lineage: "c1" as const };
    return { open: rows.filter((row) => row.kind === "intent" && open.has(runOf(row))), floor: given, broken: "" };
  } catch (error) {
    if (!(error instanceof ChainBroken)) throw error;
    return { open: [], floor: undefined, broken: error.message };
  }
};

const known = new Map<string, Read>();

/** What the product's own reader of chains says of a ledger; each ledger is read once. */
export const readLedger = (rows: readonly LedgerRow[]): Read => {
  const key = rows
    .map((row) => `${row.kind}${row.epoch}.${row.seq}${row.commit}${row.n}<${row.over}.${row.run}`)
    .join();
  const seen = known.get(key) ?? read(rows);
  known.set(key, seen);
  return seen;
};
