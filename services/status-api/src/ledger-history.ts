import type { Bus } from "@evenkeel/bus";
import { flows, partitionOf } from "@evenkeel/contracts";
import type { HistoryBeginning, HistoryItem } from "@evenkeel/contracts";

import { beginningIn, foldLedgerEntry } from "./core/unit-history.ts";
import type { Histories } from "./core/unit-history.ts";

/** What was written to units, from the ledger. */
export interface LedgerHistory {
  /** Runs of one unit, newest first, and what of its chain could not be read any more when it was first. */
  read(cluster: string, app: string, signal: AbortSignal): Promise<UnitRuns>;
}

export interface UnitRuns {
  readonly items: readonly HistoryItem[];
  readonly beginning: HistoryBeginning | undefined;
}

interface Chain {
  readonly histories: Histories;
  readonly next: number;
  /** Number of the entry that is read next, if nothing went meanwhile. */
  readonly n: bigint;
  /** Whether entries were gone before they were read. */
  readonly isCut: boolean;
  readonly sealed: HistoryBeginning | undefined;
}

const unread: Chain = { histories: new Map(), next: 0, n: 1n, isCut: false, sealed: undefined };

/** Reads each chain on demand, from where the last read of it ended; reads of one chain wait for each other. */
export const createLedgerHistory = (bus: Pick<Bus, "readAll" | "counts">): LedgerHistory => {
  const chains = new Map<number, Promise<Chain>>();
  const readOn = async (before: Promise<Chain> | undefined, partition: number, signal: AbortSignal): Promise<Chain> => {
    let { histories, isCut, n, next, sealed } = (await before?.catch(() => undefined)) ?? unread;
    const tokens = { partition: String(partition) };
    for await (const delivery of bus.readAll(flows.ledgerEntry, tokens, next, signal)) {
      const { fact, sequence } = delivery;
      histories = foldLedgerEntry(histories, fact);
      isCut ||= fact.n > n;
      sealed = beginningIn(fact) ?? sealed;
      n = fact.n + 1n;
      next = sequence + 1;
    }
    return { histories, isCut, n, next, sealed };
  };
  return {
    async read(cluster, app, signal) {
      const partition = partitionOf(cluster, app, bus.counts);
      const chain = readOn(chains.get(partition), partition, signal);
      chains.set(partition, chain);
      const { histories, isCut, sealed } = await chain;
      const runs = histories.get(`${cluster}/${app}`) ?? [];
      return { items: runs.map(([, item]) => item).toReversed(), beginning: isCut ? sealed : undefined };
    },
  };
};
