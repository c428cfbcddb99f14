import { flows } from "@evenkeel/contracts";
import { ChainBroken } from "@evenkeel/ledger";
import type { Segment, StoredEntry } from "@evenkeel/ledger";

import { followChain } from "../core/ledger/chain-beginning.ts";
import type { ChainOrigin, GoneBefore } from "../core/ledger/chain-beginning.ts";
import { entriesToSeal } from "../core/ledger/rotation.ts";
import { openedBy, runsClosedBy } from "../core/ledger/seal-of.ts";
import type { RotateDeps } from "./rotate-chain.ts";

/** Encoded entries of one step: what is held in memory, and in one file. */
const SEGMENT_BYTES = 8 * 1024 * 1024;

/** Entries that are looked at beyond a place for the outcomes of what was open there. */
const LOOK_AHEAD = 4_096;

/** What of the ledger is taken. */
export interface Level {
  readonly bytes: number;
  readonly maxBytes: number;
  readonly messages: number;
}

/** The oldest entries that may go, and the runs that were closed after the last of them. */
export interface Oldest {
  readonly origin: ChainOrigin;
  readonly segment: Segment;
  readonly closedSince: ReadonlySet<string>;
  /** Encoded. */
  readonly bytes: number;
}

/**
 * The oldest entries, as many as may go and as fit into a step; undefined: none. Every link is verified. Throws ChainBroken: a link is, or
 * nothing says what was before the first entry. A seal over such a chain would make a cut look like one of ours.
 */
export const readOldest = async (
  { bus, chain, partition }: RotateDeps,
  level: Level,
  purged: GoneBefore | undefined,
  signal: AbortSignal,
): Promise<Oldest | undefined> => {
  const open = new Set<string>();
  const closedSince = new Set<string>();
  const follower = followChain(purged);
  const segment: StoredEntry[] = [];
  let [bytes, most, ahead] = [0, 1, 0];
  for await (const entry of bus.readAll(flows.ledgerEntry, { partition: String(partition) }, 1, signal)) {
    const { fact, sequence, body } = entry;
    follower.see(entry);
    if (ahead > 0) {
      for (const run of runsClosedBy(fact)) if (open.delete(run)) closedSince.add(run);
      ahead += 1;
    } else {
      if (segment.length === 0) {
        const entries = Number((chain.head?.n ?? fact.n) - fact.n) + 1;
        most = entriesToSeal({ ...level, partitions: bus.counts.partitions, entries });
        if (most === 0) return undefined;
      }
      bytes += body.length;
      segment.push({ fact, sequence, body });
      for (const { run } of openedBy(fact)) open.add(run);
      for (const run of runsClosedBy(fact)) open.delete(run);
      if (segment.length >= most || bytes > SEGMENT_BYTES) ahead = 1;
    }
    const hasLooked = ahead > 0 && (open.size === 0 || ahead > LOOK_AHEAD);
    if (hasLooked && follower.origin !== undefined) break;
  }
  const [first] = segment;
  if (first === undefined) return undefined;
  const { origin } = follower;
  if (origin === undefined)
    throw new ChainBroken(
      `ledger entry ${first.fact.n} is the first, and no seal says what was before it: nothing is sealed`,
    );
  return { segment, closedSince, origin, bytes };
};
