import { setTimeout as sleep } from "node:timers/promises";

import { compareTranscripts, endsEarly } from "./compare.ts";
import type { SequenceDifference } from "./group-differences.ts";
import { playBatch } from "./play-batch.ts";
import { renamed } from "./renamed.ts";
import type { Pair } from "./shrink.ts";
import type { Sequence } from "./step.ts";
import type { Transcript } from "./transcript.ts";

/** What differs between the transcripts of the same sequences. */
export const differencesOf = (
  sequences: readonly Sequence[],
  real: readonly Transcript[],
  other: readonly Transcript[],
): readonly SequenceDifference[] =>
  sequences.flatMap((sequence, at) => {
    const [left, right] = [real[at], other[at]];
    if (left === undefined || right === undefined) throw new Error(`sequence ${sequence.index} was not played`);
    return compareTranscripts(left, right).map((difference) => ({ ...difference, sequence }));
  });

/** How many histories were compared, and how many of them not to their end. */
export interface Tally {
  played: number;
  endedEarly: number;
}

const playBoth = async (
  pair: Pair,
  sequences: readonly Sequence[],
  signal: AbortSignal,
  tally?: Tally,
): Promise<readonly SequenceDifference[]> => {
  const [real, other] = await Promise.all([
    playBatch(pair.real, sequences, signal),
    playBatch(pair.other, sequences, signal),
  ]);
  if (tally !== undefined) {
    tally.played += sequences.length;
    tally.endedEarly += real.filter((transcript, at) => endsEarly(transcript, other[at] ?? transcript)).length;
  }
  return differencesOf(sequences, real, other);
};

const CONFIRMATIONS = 3;
/** Beyond so many, chance is no explanation. */
const MOST_IN_DOUBT = 30;

/** So that a short history falls into one second of the clock. */
const untilNextSecond = (signal: AbortSignal): Promise<void> =>
  sleep(1_000 - (Date.now() % 1_000), undefined, { signal });

/**
 * Leaves the differences of sequences that differ each time they are played by themselves. managedFields have times of whole
 * seconds, and on the real server some applies write or do not write depending on whether a second has passed.
 */
export const confirmDifferences = async (
  pair: Pair,
  found: readonly SequenceDifference[],
  signal: AbortSignal,
): Promise<readonly SequenceDifference[]> => {
  const inDoubt = new Set(found.map(({ sequence }) => sequence));
  if (inDoubt.size > MOST_IN_DOUBT) return found;
  const confirmed: SequenceDifference[] = [];
  for (const sequence of inDoubt) {
    let differs = true;
    for (let time = 1; differs && time <= CONFIRMATIONS; time++) {
      await untilNextSecond(signal);
      differs = (await playBoth(pair, [renamed(sequence, `c${time}`)], signal)).length > 0;
    }
    if (differs) confirmed.push(...found.filter((difference) => difference.sequence === sequence));
  }
  return confirmed;
};

/** Plays the sequences on both servers at the same time and tells what differs, and differs again when played by itself. */
export const compareServers = async (
  pair: Pair,
  sequences: readonly Sequence[],
  signal: AbortSignal,
  tally?: Tally,
): Promise<readonly SequenceDifference[]> => {
  const found = await playBoth(pair, sequences, signal, tally);
  return confirmDifferences(pair, found, signal);
};
