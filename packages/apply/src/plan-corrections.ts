import type { KubeObject } from "@evenkeel/resource";
import { formatRef } from "@evenkeel/words";
import type { ObjectRef, Reason } from "@evenkeel/words";

import { decideReplaced } from "./decide-replaced.ts";
import type { ReplacedQuestion } from "./decide-replaced.ts";
import type { Owner } from "./own-marks.ts";
import { planSteps } from "./plan.ts";
import type { DesiredObject, Plan, Refusal, Step } from "./plan.ts";
import type { Correction } from "./select-corrections.ts";

/** A finding that still holds, and when its pace lets it be put back. */
export interface PacedCorrection extends Correction {
  /** 0 is now; Infinity: never, while the app gives up what is fought over. */
  readonly waitMs: number;
  /** Why it is given up then. */
  readonly fight: Reason;
}

export interface CorrectionsQuestion {
  readonly unit: { readonly cluster: string; readonly appUid: string };
  readonly corrections: readonly PacedCorrection[];
  /** What is live of those that `refsReplaced` named, by formatRef. */
  readonly live: ReadonlyMap<string, KubeObject>;
  /** What was applied, by formatRef. */
  readonly desired: ReadonlyMap<string, DesiredObject>;
  readonly owner: Owner;
  readonly policy: ReplacedQuestion["policy"];
}

/** What is put back; what is not, with its reason, is parked. */
export interface CorrectionsPlan extends Plan {
  /** Of what is parked: what others made under a name of ours. */
  readonly foreign: readonly ObjectRef[];
  /** When the rest is due, each in ms from now. */
  readonly waits: readonly number[];
}

const isDue = ({ waitMs }: PacedCorrection): boolean => waitMs === 0;

/** Due corrections of what was made anew under a name of ours: whose it is must be read. */
export const refsReplaced = (corrections: readonly PacedCorrection[]): readonly ObjectRef[] =>
  corrections.filter((each) => isDue(each) && each.replaced).map(({ ref }) => ref);

/** What was made anew under a name of ours is put back only if it is nobody else's, and still the one that was found. */
const judge = (
  correction: PacedCorrection,
  { live, owner, policy }: CorrectionsQuestion,
): "ours" | "gone" | Refusal => {
  const { ref, uid, replaced } = correction;
  if (!replaced) return "ours";
  const found = live.get(formatRef(ref));
  if (found?.metadata.uid !== uid) return "gone";
  const decision = decideReplaced({ ref, live: found, owner, policy });
  return decision.kind === "refuse" ? { ref, reason: decision.reason } : "ours";
};

/** Decides which findings are put back now, as what they were applied. */
export const planCorrections = (question: CorrectionsQuestion): CorrectionsPlan => {
  const { unit, corrections, desired } = question;
  const judged = corrections.filter(isDue).map((each) => ({ each, decision: judge(each, question) }));
  const steps = judged.flatMap(({ each: { ref, uid, force }, decision }): readonly Step[] => {
    const applied = desired.get(formatRef(ref));
    return decision !== "ours" || applied === undefined ? [] : [{ ...applied, verb: "correct", uid, force }];
  });
  const foreign = judged.flatMap(({ decision }) => (typeof decision === "object" ? [decision] : []));
  const givenUp = corrections.flatMap(({ ref, waitMs, fight }) =>
    waitMs === Infinity ? [{ ref, reason: fight }] : [],
  );
  return {
    ...planSteps(unit, steps),
    parked: [...foreign, ...givenUp],
    foreign: foreign.map(({ ref }) => ref),
    waits: corrections.flatMap(({ waitMs }) => (waitMs > 0 && waitMs < Infinity ? [waitMs] : [])),
  };
};
