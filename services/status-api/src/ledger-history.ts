import type { Bus } from "@evenkeel/bus";
import { flows, partitionOf } from "@evenkeel/contracts";
import type { HistoryItem } from "@evenkeel/contracts";

import { foldLedgerEntry } from "./core/unit-history.ts";
import type { Histories } from "./core/unit-history.ts";

/** What was written to units, from the ledger. */
export interface LedgerHistory {
  /** Runs of one unit, newest first. */
  read(cluster: string, app: string, signal: AbortSignal): Promise<readonly HistoryItem[]>;
}

interface Chain {
  readonly histories: Histories;
  readonly next: number;
}

/** Reads each chain on demand, from where the last read of it ended; reads of one chain wait for each other. */
export const createLedgerHistory = (bus: Pick<Bus, "readAll" | "counts">): LedgerHistory => {
  const chains = new Map<number, Promise<Chain>>();
  const readOn = async (before: Promise<Chain> | undefined, partition: number, signal: AbortSignal): Promise<Chain> => {
    let { histories, next } = (await before?.catch(() => undefined)) ?? { histories: new Map(), next: 0 };
    const tokens = { partition: String(partition) };
    for await (const delivery of bus.readAll(flows.ledgerEntry, tokens, next, signal)) {
      histories = foldLedgerEntry(histories, delivery.fact);
      next = delivery.sequence + 1;
    }
    return { histories, next };
  };
  return {
    async read(cluster, app, signal) {
      const partition = partitionOf(cluster, app, bus.counts);
      const chain = readOn(chains.get(partition), partition, signal);
      chains.set(partition, chain);
      const runs = (await chain).histories.get(`${cluster}/${app}`) ?? [];
      return runs.map(([, item]) => item).toReversed();
    },
  };
};
