import type { Bus } from "@evenkeel/bus";
import { EntryKind, flows } from "@evenkeel/contracts";
import { ChainBroken } from "@evenkeel/ledger";
import type { StoredEntry } from "@evenkeel/ledger";
import type { Logger } from "@evenkeel/telemetry";

import type { Anchor, ChainHead } from "../core/anchor/anchor-document.ts";
import { interruptedOutcome } from "../core/unit-writes.ts";
import { bornIn, readChain } from "../core/ledger/verify-chain.ts";
import type { ChainReading, LedgerFloor } from "../core/ledger/verify-chain.ts";
import { AuditUnavailable } from "../write/write-refused.ts";
import type { LedgerChain } from "./ledger-chain.ts";

/** What continuing a chain takes. */
export interface ContinueDeps {
  readonly bus: Bus;
  readonly log: Logger;
  readonly chain: LedgerChain;
  readonly partition: number;
}

type Entries = readonly StoredEntry[];

const readEntries = async ({ bus, partition }: ContinueDeps, from: number, signal: AbortSignal): Promise<Entries> => {
  const entries: StoredEntry[] = [];
  const all = bus.readAll(flows.ledgerEntry, { partition: String(partition) }, from, signal);
  for await (const { fact, sequence, body } of all) entries.push({ fact, sequence, body });
  return entries;
};

/** The head of a chain as a cluster's anchor names it. */
interface Anchored {
  readonly cluster: string;
  readonly anchor: Anchor;
  readonly head: ChainHead;
}

/**
 * The chain of a bus that was made anew: it starts at 1 under an epoch above the anchored one (the counter of
 * leases is born above every old fence). It is continued from the anchored head by name; any other difference is damage
 * (invariant fault.crash-safe).
 */
const readNewChain = async (
  deps: ContinueDeps,
  { cluster, anchor, head }: Anchored,
  broken: ChainBroken,
  signal: AbortSignal,
): Promise<ChainReading> => {
  const entries = await readEntries(deps, 1, signal);
  const born = bornIn(entries);
  if (born === undefined || born <= anchor.epoch) throw broken;
  const reading = readChain(entries, undefined, cluster);
  const lost = `${cluster} ${head.n} ${head.hash}`;
  deps.log.error("the ledger was lost with the bus, a new chain goes on from the anchored head", { cluster, lost });
  if (!entries.some(({ fact }) => fact.continues.includes(lost))) await deps.chain.continueFrom([lost]);
  return reading;
};

/** Whether entries that were there when they were read are gone since: then what was read may have a gap. */
const wasPurged = async ({ bus, partition }: ContinueDeps, entries: Entries, signal: AbortSignal): Promise<boolean> => {
  const [first] = entries;
  if (first === undefined) return false;
  for await (const { sequence } of bus.readAll(flows.ledgerEntry, { partition: String(partition) }, 1, signal))
    return sequence > first.sequence;
  return true;
};

/** What an anchored chain says; read once more if it was sealed and purged while it was read. Throws ChainBroken. */
const readAnchored = async (deps: ContinueDeps, at: Anchored, signal: AbortSignal): Promise<ChainReading> => {
  const { cluster, anchor, head } = at;
  const entries = await readEntries(deps, head.sequence, signal);
  try {
    return readChain(entries, { ...head, epoch: anchor.epoch }, cluster);
  } catch (error) {
    if (!(error instanceof ChainBroken)) throw error;
    if (await wasPurged(deps, entries, signal)) return readAnchored(deps, at, signal);
    return readNewChain(deps, at, error, signal);
  }
};

/**
 * Reads a chain from the head that a cluster's anchor names, and gives an outcome to the intents that an owner which is
 * gone left open. Resolves to what each unit was last given. Throws AuditUnavailable if the chain is not the anchored one.
 */
export const continueChain = async (
  deps: ContinueDeps,
  cluster: string,
  anchor: Anchor,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, LedgerFloor>> => {
  const { head } = anchor;
  if (head === undefined) return new Map();
  try {
    // What an earlier try to close has left owing is in the chain before it is read: it is not told twice.
    await deps.chain.tellOwed();
    const reading = await readAnchored(deps, { cluster, anchor, head }, signal);
    if (reading.begins !== undefined)
      deps.log.info("ledger chain read from its seal on", {
        cluster,
        partition: deps.partition,
        sealed: String(reading.begins.lastN),
        file: reading.begins.file,
      });
    if (reading.unproven)
      deps.log.warn("the ledger was sealed so long after the anchored entry that it cannot be proved any more", {
        cluster,
        anchored: String(head.n),
        begins: String(reading.begins?.lastN ?? 0n),
      });
    for (const intent of reading.open.values()) {
      if (deps.chain.isOpen(intent.run)) continue;
      const { app = "" } = intent.unit ?? {};
      deps.log.info("closed an intent of an owner that is gone", { cluster, app, run: intent.run });
      await deps.chain.append(EntryKind.OUTCOME, interruptedOutcome(intent));
    }
    return reading.floors;
  } catch (error) {
    if (!(error instanceof ChainBroken)) throw error;
    throw new AuditUnavailable(`${error.message}: the ledger was damaged`, { cause: error });
  }
};
