import { type BucketRow, bucketPolicies, bucketStream } from "./buckets.ts";
import { StoreFull } from "../bus-errors.ts";
import { roomForNew } from "./room-for-new.ts";
import { retried } from "../facts/read-stored.ts";
import { type StreamRow, streams } from "./streams.ts";
import type { Wire } from "../wire/wire.ts";

/** What is stored beside a body: subject, message id, signature, trace. */
const BESIDE = 512;
/** Others write too: what was seen counts for a part of it, and not for long. */
const PART_OF_ROOM = 1 / 8;
const SEEN_MS = 10_000;

/**
 * Messages a subject, of the stores that refuse when they are full and are given up by nobody: by stream name. Not `config`:
 * its names are ours, a handful, and it must take them in the smallest store too.
 */
const guarded: ReadonlyMap<string, number> = new Map([
  ...(streams as readonly StreamRow[])
    .filter(({ perSubject, special }) => perSubject === 1 && special === undefined)
    .map(({ name }) => [name, 1] as const),
  ...(bucketPolicies as readonly BucketRow[])
    .filter(({ immutable, name, ttlSeconds }) => immutable !== true && ttlSeconds === undefined && name !== "config")
    .map(({ history, name }) => [bucketStream(name), history] as const),
]);

interface Seen {
  left: number;
  readonly until: number;
}

const seenBy = new WeakMap<Wire["nc"], Map<string, Seen>>();

const seenOf = ({ nc }: Wire): Map<string, Seen> => {
  const known = seenBy.get(nc) ?? new Map<string, Seen>();
  seenBy.set(nc, known);
  return known;
};

/** Takes room for the first message of a new subject. Throws StoreFull: known ones may still need what there is. */
export const keepRoom = async (
  wire: Wire,
  { body, stream, subject }: { readonly stream: string; readonly subject: string; readonly body: Uint8Array },
  signal?: AbortSignal,
): Promise<void> => {
  const perSubject = guarded.get(stream);
  if (perSubject === undefined) return;
  const bytes = body.length + BESIDE;
  const seen = seenOf(wire);
  const last = seen.get(stream);
  if (last !== undefined && last.left >= bytes && wire.clock.monotonic() < last.until) {
    last.left -= bytes;
    return;
  }
  const { config, state } = await retried(wire, () => wire.jsm.streams.info(stream), stream, signal);
  const { bytes: taken, messages, num_subjects: subjects = 0 } = state;
  const room = roomForNew({ bytes: taken, maxBytes: config.max_bytes, messages, subjects, perSubject });
  if (room < bytes) {
    seen.delete(stream);
    const inKiB = (each: number): string => (each / 1024).toFixed(0);
    throw new StoreFull(
      `${subject} is new and was not stored: ${stream} has ${subjects} names in ${inKiB(taken)} of ${inKiB(config.max_bytes)} KiB, and what is left is for them; the bus migration with a larger EVENKEEL_BUS_SIZE makes room`,
    );
  }
  seen.set(stream, { left: room * PART_OF_ROOM - bytes, until: wire.clock.monotonic() + SEEN_MS });
};
