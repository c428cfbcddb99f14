import { isAdmission, marksTaken } from "@evenkeel/apply";
import type { ApplyPlan, Step } from "@evenkeel/apply";
import { BodyRefused, isApiError } from "@evenkeel/kube";
import { formatRef } from "@evenkeel/words";
import type { ReasonCode } from "@evenkeel/words";

import type { Run } from "../run/admit.ts";
import { bodyOf } from "../write/body-of.ts";
import type { StepResult } from "../run/carry-out.ts";
import { unitKey } from "../partition/partition.ts";
import { mayBeMade } from "./may-be-made.ts";
import type { RunEnd } from "../run/run-end.ts";

/** Objects that were refused in the last run of a desired: nothing else of it is left to do. */
export interface Refused {
  /** The desired's. */
  readonly cause: string;
  readonly objects: readonly Step[];
  /** Those that may be made again, and are not declared to be: formatRef. */
  readonly fixed: ReadonlySet<string>;
  /** What the server said of each to a dry-run, by formatRef: filled by the first look. */
  readonly said: Map<string, string>;
  readonly end: RunEnd;
}

/** Reasons that a dry-run of the same object would give again while their cause lasts. */
const LASTING: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  "AdmissionDenied",
  "FieldConflict",
  "Forbidden",
  "ImmutableField",
  "KindMissing",
  "NamespaceMissing",
  "ObjectInvalid",
  "QuotaExceeded",
]);

/** What may not be changed may be made again as soon as nothing refuses that: undefined. */
const wordsOnMaking = async (run: Run, planned: Step, isFixed: boolean): Promise<string | undefined> => {
  const live = await run.kube.getObject(planned.ref, {}, run.signal);
  if (live === undefined) return undefined;
  const made = await mayBeMade(run.means, await bodyOf(run.means, planned), live);
  if (made.kind === "refused") return made.error?.message ?? "invalid";
  return isFixed || made.kind === "unknown" ? made.kind : undefined;
};

/** The server's words on a dry-run; undefined if it would be applied, or if a dry-run does not tell. */
const wordsOnTrial = async (run: Run, planned: Step, isFixed: boolean): Promise<string | undefined> => {
  try {
    const body = await bodyOf(run.means, planned);
    const { uid, force } = planned;
    const object = uid === "" ? body : { ...body, metadata: { ...body.metadata, uid } };
    const options = { object, force, dryRun: true, ...run.means.as };
    const { object: stored } = await run.kube.serverSideApply(options, run.signal);
    return marksTaken(planned.ref, body, stored)?.message;
  } catch (error) {
    if (error instanceof BodyRefused) return error.message;
    if (!isApiError(error) || error.passing || /not support dry.?run/i.test(error.message)) return undefined;
    const words = `${error.errorClass} ${error.message}`;
    if (planned.uid === "" || error.errorClass !== "INVALID") return words;
    const making = await wordsOnMaking(run, planned, isFixed);
    return making === undefined ? undefined : `${words} ${making}`;
  }
};

/**
 * The end of the last run, if all that it left undone would be refused again in the same words: then nothing is written,
 * recorded or told. A refusal is looked at for as long as it lasts, and the ledger is for what was tried.
 */
export const stillRefused = async (run: Run): Promise<RunEnd | undefined> => {
  const { refused } = run.partition;
  const key = unitKey(run.fact.unit);
  const known = refused.get(key);
  refused.delete(key);
  if (known === undefined || known.cause !== run.fact.cause) return undefined;
  const answers = await Promise.all(
    known.objects.map(async (object) => {
      const name = formatRef(object.ref);
      const words = await wordsOnTrial(run, object, known.fixed.has(name));
      const before = known.said.get(name);
      if (words !== undefined) known.said.set(name, words);
      return words !== undefined && (before === undefined || before === words);
    }),
  );
  if (!answers.every(Boolean)) return undefined;
  refused.set(key, known);
  return { ...known.end, unreported: true, opened: false };
};

/** Keeps what a run could not write, where only the cluster can change that: the next look asks before it tries. */
export const keepRefused = (run: Run, plan: ApplyPlan, results: readonly StepResult<unknown>[], end: RunEnd): void => {
  const objects = plan.steps.filter((_, index) => results[index]?.kind === "failed");
  const fixed = new Set(
    plan.steps.flatMap(({ ref }, index) => {
      const result = results[index];
      return result?.kind === "failed" && result.reason.code === "ImmutableField" ? [formatRef(ref)] : [];
    }),
  );
  const isLasting = results.every(
    (result) =>
      result.kind === "done" ||
      result.kind === "not-tried" ||
      (result.kind === "failed" && LASTING.has(result.reason.code)),
  );
  // What left Git and refuses is pruned in time: that needs a whole run.
  const isWaiting = plan.absent.some(({ ref }) => isAdmission(ref));
  if (objects.length === 0 || !isLasting || isWaiting || end.lookAgain !== "retry") return;
  run.partition.refused.set(unitKey(run.fact.unit), { cause: run.fact.cause, objects, fixed, said: new Map(), end });
};
