import type { Bus, Lease } from "@evenkeel/bus";
import { LedgerEntry, flows } from "@evenkeel/contracts";
import type { Seal } from "@evenkeel/contracts";
import type { Logger } from "@evenkeel/telemetry";

import { entriesToSeal } from "../core/judge-rotation.ts";
import { carriedFrom, openedBy, runsClosedBy } from "../core/seal-of.ts";
import type { Segment } from "../core/segment-file.ts";
import { ChainBroken, entryHash } from "../core/verify-chain.ts";
import { LeaseLost } from "../write-refused.ts";
import { exportSegment } from "./export-segment.ts";
import type { LedgerChain } from "./ledger-chain.ts";

/** What rotating one chain takes. */
export interface RotateDeps {
  readonly bus: Bus;
  readonly log: Logger;
  readonly lease: Lease;
  readonly chain: LedgerChain;
  readonly partition: number;
  /** Folder of the exports; undefined: only what is carried is kept. */
  readonly exportFolder: string | undefined;
}

/** Encoded entries of one step: what is held in memory, and in one file. */
const SEGMENT_BYTES = 8 * 1024 * 1024;

/** Entries that are looked at beyond a place for the outcomes of what was open there. */
const LOOK_AHEAD = 4_096;

/** The oldest entries that may go, and the runs that were closed after the last of them. */
interface Oldest {
  readonly segment: Segment;
  readonly closedSince: ReadonlySet<string>;
}

/** The oldest entries, as many as may go and as fit into a step; every link is verified. */
const readOldest = async (
  { bus, chain, partition }: RotateDeps,
  level: { readonly bytes: number; readonly maxBytes: number; readonly messages: number },
  signal: AbortSignal,
): Promise<Oldest> => {
  const open = new Set<string>();
  const closedSince = new Set<string>();
  let ahead = 0;
  const segment: { readonly fact: LedgerEntry; readonly sequence: number }[] = [];
  let [bytes, most] = [0, 1];
  for await (const { fact, sequence } of bus.readAll(flows.ledgerEntry, { partition: String(partition) }, 1, signal)) {
    if (ahead > 0) {
      for (const run of runsClosedBy(fact)) if (open.delete(run)) closedSince.add(run);
      if (open.size === 0 || (ahead += 1) > LOOK_AHEAD) break;
      continue;
    }
    const before = segment.at(-1)?.fact;
    if (before === undefined) {
      const entries = Number((chain.head?.n ?? fact.n) - fact.n) + 1;
      most = entriesToSeal({ ...level, partitions: bus.counts.partitions, entries });
    } else if (fact.n !== before.n + 1n || fact.prevHash !== entryHash(before)) {
      throw new ChainBroken(`ledger entry ${fact.n} does not continue entry ${before.n}`);
    }
    bytes += LedgerEntry.encode(fact).finish().length;
    segment.push({ fact, sequence });
    for (const { run } of openedBy(fact)) open.add(run);
    for (const run of runsClosedBy(fact)) open.delete(run);
    if (segment.length >= most || bytes > SEGMENT_BYTES) ahead = 1;
    if (most === 0 || (ahead > 0 && open.size === 0)) break;
  }
  return { segment: most === 0 ? [] : segment, closedSince };
};

/** What one owner has sealed and could not purge yet: it is not sealed again for that. */
export interface RotationState {
  unpurged: number | undefined;
}

const purge = async (
  { bus, lease, partition }: RotateDeps,
  state: RotationState,
  signal: AbortSignal,
): Promise<number> => {
  if (state.unpurged === undefined) return 0;
  if (!lease.live()) throw new LeaseLost(`the lease on partition ${partition} has ended`);
  const tokens = { partition: String(partition) };
  const purged = await bus.purgeBefore(flows.ledgerEntry, tokens, state.unpurged + 1, signal);
  state.unpurged = undefined;
  return purged;
};

/**
 * One step of rotation, if the ledger is full enough: the oldest entries of the chain are exported and read back, sealed by
 * an entry under this owner's term, and only then taken out of the stream. Killed between two of these, the next owner does
 * all of them again, over the same entries or more: what is sealed and still there is sealed once more. Resolves to whether
 * anything went. Throws what kept it from going.
 */
export const rotateChain = async (
  deps: RotateDeps,
  signal: AbortSignal,
  state: RotationState = { unpurged: undefined },
): Promise<boolean> => {
  if ((await purge(deps, state, signal)) > 0) return true;
  const { bus, chain, exportFolder, log, partition } = deps;
  const level = await bus.storeLevel("LEDGER", signal);
  if (entriesToSeal({ ...level, partitions: 1, entries: level.messages }) === 0) return false;
  const { segment, closedSince } = await readOldest(deps, level, signal);
  const [first, last] = [segment[0], segment.at(-1)];
  if (first === undefined || last === undefined) return false;
  const exported =
    exportFolder === undefined ? { file: "", digest: "" } : await exportSegment(exportFolder, bus, segment);
  const { epochs, units } = carriedFrom(
    segment.map(({ fact }) => fact),
    closedSince,
  );
  const seal: Seal = {
    firstN: first.fact.n,
    lastN: last.fact.n,
    lastHash: entryHash(last.fact),
    lastSequence: BigInt(last.sequence),
    lastAt: last.fact.at,
    file: exported.file,
    fileDigest: exported.digest,
    epochs: [...epochs],
    complete: true,
  };
  await chain.seal(seal, units);
  state.unpurged = last.sequence;
  const purged = await purge(deps, state, signal);
  log.info("ledger chain sealed: its oldest entries are no more on the bus", {
    chain: `hub.${partition}`,
    first: String(first.fact.n),
    last: String(last.fact.n),
    purged,
    file: exported.file === "" ? "none: EVENKEEL_LEDGER_EXPORT_DIR is not set" : exported.file,
  });
  return true;
};
