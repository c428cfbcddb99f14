import { createLanes } from "@evenkeel/async";
import type { Bus } from "@evenkeel/bus";
import { flows, partitionOf } from "@evenkeel/contracts";
import type { HistoryBeginning, HistoryItem } from "@evenkeel/contracts";

import { isAnotherChain, placeOf } from "../core/chain-place.ts";
import type { ChainPlace } from "../core/chain-place.ts";
import { beginningIn, foldLedgerEntry } from "../core/unit/unit-history.ts";
import type { Histories } from "../core/unit/unit-history.ts";

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
  /** The entry that was read last. */
  readonly last: ChainPlace | undefined;
  /** Whether entries were gone before they were read. */
  readonly isCut: boolean;
  readonly sealed: HistoryBeginning | undefined;
}

const unread: Chain = { histories: new Map(), last: undefined, isCut: false, sealed: undefined };

/**
 * Reads each chain on demand, from where the last read of it ended, that entry once more: where another one lies there now,
 * the bus was made anew, and the chain is read from its beginning. Reads of one chain wait for each other.
 */
export const createLedgerHistory = (bus: Pick<Bus, "readAll" | "readLast" | "counts">): LedgerHistory => {
  const lanes = createLanes<number>();
  const chains = new Map<number, Chain>();
  const readOn = async (known: Chain, partition: number, signal: AbortSignal): Promise<Chain> => {
    let { histories, isCut, last, sealed } = known;
    const tokens = { partition: String(partition) };
    const newest = await bus.readLast(flows.ledgerEntry, tokens, signal);
    if (newest === undefined) return unread;
    if (last !== undefined && last.id === placeOf(newest).id) return known;
    if (last !== undefined && newest.sequence <= last.sequence) return readOn(unread, partition, signal);
    for await (const delivery of bus.readAll(flows.ledgerEntry, tokens, last?.sequence ?? 0, signal)) {
      const { fact } = delivery;
      const place = placeOf(delivery);
      if (last !== undefined && isAnotherChain(last, place)) return readOn(unread, partition, signal);
      if (place.id === last?.id) continue;
      histories = foldLedgerEntry(histories, fact);
      isCut ||= fact.n > (last?.n ?? 0n) + 1n;
      sealed = beginningIn(fact) ?? sealed;
      last = place;
    }
    return { histories, isCut, last, sealed };
  };
  return {
    async read(cluster, app, signal) {
      const partition = partitionOf(cluster, app, bus.counts);
      const { histories, isCut, sealed } = await lanes.run(partition, async () => {
        const chain = await readOn(chains.get(partition) ?? unread, partition, signal);
        chains.set(partition, chain);
        return chain;
      });
      const runs = histories.get(`${cluster}/${app}`) ?? [];
      return { items: runs.map(([, item]) => item).toReversed(), beginning: isCut ? sealed : undefined };
    },
  };
};
