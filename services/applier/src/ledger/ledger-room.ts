import type { Bus, StoreLevel } from "@evenkeel/bus";

import { AuditUnavailable, LeaseLost, LedgerFull } from "../write/write-refused.ts";

/** How much may still be begun before the ledger is so full that neither outcomes nor a seal might fit. */
export interface LedgerRoom {
  /** Takes room for an intent; false when it is not known to be there. */
  take(bytes: number): boolean;
  /** Looks how full the ledger is, and has it rotated where it is nearly full. Throws AuditUnavailable: it is full. */
  make(bytes: number, signal: AbortSignal): Promise<void>;
}

/** The rest is for outcomes, takeovers and seals. */
const BEGIN_BELOW = 0.9;
/** What the server stores beside the body: subject, message id, signature, trace. */
const BESIDE = 1_024;

const inMiB = (bytes: number): string => (bytes / 1024 / 1024).toFixed(1);

/** The room of one chain: of what is free, the share of one partition, so that all together never take more. */
export const createLedgerRoom = (
  bus: Pick<Bus, "storeLevel" | "counts">,
  /** Resolves once some of the chain is gone, or to why nothing could be. */
  rotate: () => Promise<string | undefined>,
): LedgerRoom => {
  let left = 0;
  const look = async (signal: AbortSignal): Promise<StoreLevel> => {
    const level = await bus.storeLevel("LEDGER", signal);
    const free = level.maxBytes <= 0 ? Number.MAX_SAFE_INTEGER : level.maxBytes * BEGIN_BELOW - level.bytes;
    left = Math.max(0, Math.floor(free / bus.counts.partitions));
    return level;
  };
  const take = (bytes: number): boolean => {
    if (left < bytes + BESIDE) return false;
    left -= bytes + BESIDE;
    return true;
  };
  return {
    take,
    make: async (bytes, signal) => {
      let level = await look(signal).catch(unreadable);
      if (take(bytes)) return;
      const why = await rotate();
      if (signal.aborted) throw new LeaseLost("the tenure ended while the ledger was rotated");
      level = await look(signal).catch(unreadable);
      if (take(bytes)) return;
      const full = `the ledger is nearly full (${inMiB(level.bytes)} of ${inMiB(level.maxBytes)} MiB)`;
      throw new LedgerFull(`${full}: ${why ?? "it is being rotated"}`);
    },
  };
};

const unreadable = (error: unknown): never => {
  throw new AuditUnavailable("how full the ledger is cannot be read", { cause: error });
};
