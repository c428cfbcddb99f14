import type { KubeTransport } from "@evenkeel/kube";
import { type Difference, compareTranscripts } from "./compare.ts";
import { playBatch } from "./play-batch.ts";
import { renamed } from "./renamed.ts";
import type { Sequence, Step } from "./step.ts";

export interface Pair {
  readonly real: KubeTransport;
  readonly other: KubeTransport;
}

/** Leaves out steps and edits as long as the two servers still differ. Gives the short sequence and its differences. */
export const shrinkSequence = async (
  pair: Pair,
  sequence: Sequence,
  signal: AbortSignal,
): Promise<{ readonly sequence: Sequence; readonly differences: readonly Difference[] }> => {
  let attempt = 0;
  const differencesOf = async (steps: readonly Step[]): Promise<readonly [Sequence, readonly Difference[]]> => {
    const candidate = renamed({ ...sequence, steps }, String(++attempt));
    const [[real], [other]] = [
      await playBatch(pair.real, [candidate], signal),
      await playBatch(pair.other, [candidate], signal),
    ];
    if (real === undefined || other === undefined) throw new Error("a sequence without a transcript");
    return [candidate, compareTranscripts(real, other)];
  };
  let steps = sequence.steps;
  let [best, differences] = await differencesOf(steps);
  const failing = differences[0]?.at ?? -1;
  if (failing >= 0) steps = steps.slice(0, failing + 1);
  const keep = async (candidate: readonly Step[]): Promise<boolean> => {
    const [played, found] = await differencesOf(candidate);
    if (found.length === 0) return false;
    [steps, best, differences] = [candidate, played, found];
    return true;
  };
  for (let at = steps.length - 2; at >= 0; at--) await keep(steps.toSpliced(at, 1));
  for (let at = steps.length - 1; at >= 0; at--) {
    for (let edit = 0; ;) {
      const step = steps[at];
      if (step?.body?.from !== "latest" || edit >= step.body.edits.length) break;
      const body = { ...step.body, edits: step.body.edits.toSpliced(edit, 1) };
      if (!(await keep(steps.with(at, { ...step, body })))) edit += 1;
    }
  }
  return { sequence: best, differences };
};
