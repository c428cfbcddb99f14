import { createBell } from "@evenkeel/async";
import type { Bus } from "@evenkeel/bus";
import { flows, partitionOf } from "@evenkeel/contracts";
import type { LedgerEntry, Unit } from "@evenkeel/contracts";
import type { Clock } from "@evenkeel/machine";
import type { Logger } from "@evenkeel/telemetry";

/** What the ledger says, and whether all of it was heard. */
export interface LedgerFollower {
  /** Resolves once every entry that was there has been taken in. */
  open(signal: AbortSignal): Promise<void>;
  /**
   * Resolves once everything has been taken in that the ledger had about this unit when asked. An intent is stored before
   * its writes: after that no write of ours is unknown, and what the cluster shows need not be asked whose it is.
   */
  caughtUp(unit: Pick<Unit, "cluster" | "app">, signal: AbortSignal): Promise<void>;
}

const RETRY_MS = 500;
/** Then what is known has to do: a finding that is wrong is refused by the applier, one that is withheld by nobody. */
const TRIES = 5;

/** Follows every chain of the ledger and hands each entry on. */
export const followLedger = (
  bus: Pick<Bus, "view" | "readLast" | "counts">,
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
  { take, reset }: { readonly take: (entry: LedgerEntry) => void; readonly reset: () => void },
): LedgerFollower => {
  let heard = 0;
  const moved = createBell();
  const reached = async (sequence: number, signal: AbortSignal): Promise<void> => {
    while (sequence > heard) await moved.heard(signal);
  };
  return {
    open: (signal) =>
      bus.view(
        [flows.ledgerEntry],
        {},
        {
          onEntry: ({ fact, sequence }) => {
            take(fact);
            heard = sequence;
            moved.ring();
          },
          onReset: () => {
            heard = 0;
            reset();
          },
        },
        signal,
      ),
    caughtUp: async ({ cluster, app }, signal) => {
      const partition = String(partitionOf(cluster, app, bus.counts));
      for (let tries = 1; tries <= TRIES && !signal.aborted; tries += 1) {
        try {
          const last = await bus.readLast(flows.ledgerEntry, { partition }, signal);
          return await reached(last?.sequence ?? 0, signal);
        } catch (error) {
          if (signal.aborted) return;
          log.warn("the ledger could not be read", { partition, error });
          await clock.sleep(RETRY_MS, signal);
        }
      }
    },
  };
};
