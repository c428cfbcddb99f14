import { compareTranscripts } from "./compare.ts";
import type { SequenceDifference } from "./group-differences.ts";
import { playBatch } from "./play-batch.ts";
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

/** Plays the sequences on both servers at the same time and tells what differs. */
export const compareServers = async (
  pair: Pair,
  sequences: readonly Sequence[],
  signal: AbortSignal,
): Promise<readonly SequenceDifference[]> => {
  const [real, other] = await Promise.all([
    playBatch(pair.real, sequences, signal),
    playBatch(pair.other, sequences, signal),
  ]);
  return differencesOf(sequences, real, other);
};
