import { buckets, type SeqCounter } from "@evenkeel/contracts";

import { BusConflict } from "../bus-errors.ts";
import type { Bus } from "../port.ts";

type Reads = Pick<Bus, "state">;
type Moves = Pick<Bus, "ownState">;

const atFirst: SeqCounter = { last: 0n, floor: 0n };

/** Moves the one counter of the installation by compare-and-set; undefined: it stands. */
const move = async (
  bus: Moves,
  next: (now: SeqCounter) => SeqCounter | undefined,
  signal: AbortSignal,
): Promise<SeqCounter> => {
  const counter = bus.ownState(buckets.seqCounter);
  for (;;) {
    const stored = await counter.get({}, signal);
    const now = stored?.value ?? atFirst;
    const moved = next(now);
    if (moved === undefined) return now;
    try {
      await counter.update({}, moved, stored?.revision ?? 0, signal);
      return moved;
    } catch (error) {
      if (!(error instanceof BusConflict)) throw error; // somebody else moved it in between
    }
  }
};

/** Takes the next number (invariant version.above-anchors); the first is 1. Tells the floor that it is above, of the same moment. */
export const takeNumber = async (bus: Moves, signal: AbortSignal): Promise<SeqCounter> =>
  move(bus, ({ last, floor }) => ({ last: last + 1n, floor }), signal);

/** Takes the next number; the first is 1. */
export const takeSeq = async (bus: Moves, signal: AbortSignal): Promise<bigint> => (await takeNumber(bus, signal)).last;

/**
 * A cluster knows numbers up to `known` that this bus has lost: everything numbered up to there takes a new number, and
 * new ones begin above. Resolves to the floor in force.
 */
export const raiseSeq = async (bus: Moves, known: bigint, signal: AbortSignal): Promise<bigint> => {
  const raised = ({ last, floor }: SeqCounter): SeqCounter | undefined =>
    floor >= known ? undefined : { last: last > known ? last : known, floor: known };
  return (await move(bus, raised, signal)).floor;
};

/** The counter as it is. */
export const readSeq = async (bus: Reads, signal: AbortSignal): Promise<SeqCounter> =>
  (await bus.state(buckets.seqCounter).get({}, signal))?.value ?? atFirst;

/** Follows the floor; resolves once it is known. `onRaise` is called with each new one. */
export const watchSeqFloor = async (
  bus: Reads,
  onRaise: (floor: bigint) => void,
  signal: AbortSignal,
): Promise<() => bigint> => {
  let floor = 0n;
  const onEntry = ({ value }: { readonly value: SeqCounter | undefined }): void => {
    const now = value?.floor ?? 0n;
    const isRaised = now > floor;
    floor = now;
    if (isRaised) onRaise(now);
  };
  await bus.state(buckets.seqCounter).watch({}, { onEntry, onReset: () => (floor = 0n) }, signal);
  return () => floor;
};
