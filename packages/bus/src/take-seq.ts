import { SeqCounter } from "@evenkeel/contracts";

import { BusConflict } from "./bus-errors.ts";
import type { Bus } from "./port.ts";

type HasBuckets = Pick<Bus, "bucket">;

const counterKey = "seq";

/** Moves the one counter of the installation (bucket `tips`, key `seq`) by compare-and-set; undefined: it stands. */
const move = async (
  bus: HasBuckets,
  next: (now: SeqCounter) => SeqCounter | undefined,
  signal: AbortSignal,
): Promise<SeqCounter> => {
  const tips = bus.bucket("tips", SeqCounter);
  for (;;) {
    const stored = await tips.get(counterKey, signal);
    const now = stored?.value ?? { last: 0n, floor: 0n };
    const moved = next(now);
    if (moved === undefined) return now;
    try {
      await tips.update(counterKey, moved, stored?.revision ?? 0, signal);
      return moved;
    } catch (error) {
      if (!(error instanceof BusConflict)) throw error; // somebody else moved it in between
    }
  }
};

/** Takes the next number (invariant version.above-anchors); the first is 1. Tells the floor that it is above, of the same moment. */
export const takeNumber = async (bus: HasBuckets, signal: AbortSignal): Promise<SeqCounter> =>
  move(bus, ({ last, floor }) => ({ last: last + 1n, floor }), signal);

/** Takes the next number; the first is 1. */
export const takeSeq = async (bus: HasBuckets, signal: AbortSignal): Promise<bigint> =>
  (await takeNumber(bus, signal)).last;

/**
 * A cluster knows numbers up to `known` that this bus has lost: everything numbered up to there takes a new number, and
 * new ones begin above. Resolves to the floor in force.
 */
export const raiseSeq = async (bus: HasBuckets, known: bigint, signal: AbortSignal): Promise<bigint> => {
  const raised = ({ last, floor }: SeqCounter): SeqCounter | undefined =>
    floor >= known ? undefined : { last: last > known ? last : known, floor: known };
  return (await move(bus, raised, signal)).floor;
};

/** The counter as it is. */
export const readSeq = async (bus: HasBuckets, signal: AbortSignal): Promise<SeqCounter> =>
  move(bus, () => undefined, signal);

/** Follows the floor; resolves once it is known. `onRaise` is called with each new one. */
export const watchSeqFloor = async (
  bus: HasBuckets,
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
  await bus.bucket("tips", SeqCounter).watch(counterKey, { onEntry, onReset: () => (floor = 0n) }, signal);
  return () => floor;
};
