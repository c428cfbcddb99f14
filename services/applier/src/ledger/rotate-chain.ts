import { dirname } from "node:path";

import type { Bus, Lease } from "@evenkeel/bus";
import { flows } from "@evenkeel/contracts";
import type { Seal, Unit } from "@evenkeel/contracts";
import { storedHash } from "@evenkeel/ledger";
import type { Logger } from "@evenkeel/telemetry";

import type { GoneBefore } from "../core/ledger/chain-beginning.ts";
import { carryBudget, entriesToSeal, sealRefused } from "../core/ledger/rotation.ts";
import { carriedBytes, carriedFrom } from "../core/ledger/seal-of.ts";
import { leaseEnded } from "../write/write-refused.ts";
import { exportSegment } from "./export/export-segment.ts";
import type { Exporter } from "./export/exporter.ts";
import type { LedgerChain } from "./ledger-chain.ts";
import { readOldest } from "./read-oldest.ts";

/** What rotating one chain takes. */
export interface RotateDeps {
  readonly bus: Bus;
  readonly log: Logger;
  readonly lease: Lease;
  readonly chain: LedgerChain;
  readonly partition: number;
  /** Undefined: only what is carried is kept. */
  readonly exporter: Exporter | undefined;
  /** Whether a unit was removed: nothing of it is carried any more. */
  readonly isGone: (unit: Unit) => boolean;
  /** Ends with the tenure: what waits for the export folder then waits no more. */
  readonly tenure: AbortSignal;
}

/** What one owner knows of its own steps. */
export interface RotationState {
  /** Sealed and not purged yet: it is not sealed again for that. */
  unpurged?: (GoneBefore & { readonly sequence: number }) | undefined;
  purged?: GoneBefore | undefined;
}

const purge = async (
  { bus, lease, partition }: RotateDeps,
  state: RotationState,
  signal: AbortSignal,
): Promise<number> => {
  if (state.unpurged === undefined) return 0;
  if (!lease.live()) throw leaseEnded(partition);
  const tokens = { partition: String(partition) };
  const purged = await bus.purgeBefore(flows.ledgerEntry, tokens, state.unpurged.sequence + 1, signal);
  state.purged = state.unpurged;
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
  state: RotationState = {},
): Promise<boolean> => {
  if ((await purge(deps, state, signal)) > 0) return true;
  const { bus, chain, exporter, isGone, log, partition, tenure } = deps;
  const level = await bus.storeLevel("LEDGER", signal);
  if (entriesToSeal({ ...level, partitions: 1, entries: level.messages }) === 0) return false;
  const oldest = await readOldest(deps, level, state.purged, signal);
  if (oldest === undefined) return false;
  const { closedSince, origin, segment } = oldest;
  const [first, last] = [segment[0], segment.at(-1)];
  if (first === undefined || last === undefined) return false;
  const { epochs, units } = carriedFrom(
    segment.map(({ fact }) => fact),
    { closedSince, isGone, budget: carryBudget({ ...level, partitions: bus.counts.partitions }) },
  );
  const step = { units: units.length, carried: carriedBytes(units), freed: oldest.bytes };
  const refused = sealRefused(level, step);
  if (refused !== undefined) throw new Error(refused);
  const exported =
    exporter === undefined
      ? { file: "", digest: "" }
      : await exportSegment(
          exporter,
          bus,
          { chain: origin.chain, segment, needs: origin.file === "" ? [] : [dirname(origin.file)] },
          tenure,
        );
  const seal: Seal = {
    firstN: first.fact.n,
    lastN: last.fact.n,
    lastHash: storedHash(last),
    lastSequence: BigInt(last.sequence),
    lastAt: last.fact.at,
    file: exported.file,
    fileDigest: exported.digest,
    epochs: [...epochs],
    complete: true,
    chain: origin.chain,
  };
  await chain.seal(seal, units);
  state.unpurged = { n: seal.lastN, hash: seal.lastHash, sequence: last.sequence, chain: seal.chain, file: seal.file };
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
