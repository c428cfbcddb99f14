import type { ApplyPlan } from "@evenkeel/apply";
import type { ActiveSpan } from "@evenkeel/telemetry";
import { attribute, rootOf } from "@evenkeel/telemetry";

import type { Deps } from "../deps.ts";

/** What a stage's span is about. */
export interface StageOf {
  readonly deps: Pick<Deps, "telemetry" | "metrics" | "clock">;
  readonly fact: { readonly traceId: string; readonly unit: { readonly app: string; readonly cluster: string } };
}

/** Runs one stage of a run (compare, plan, apply, prune) as a span below the root of its trace, and times it. */
export const stage = async <T>(
  { deps, fact }: StageOf,
  name: "compare" | "plan" | "apply" | "prune" | "correct",
  work: (span: ActiveSpan) => Promise<T>,
  { plan, traceId = fact.traceId }: { readonly plan?: ApplyPlan; readonly traceId?: string } = {},
): Promise<T> => {
  const count = (verb: string): number => plan?.steps.filter((object) => object.verb === verb).length ?? 0;
  const parent = traceId === "" ? {} : { parent: rootOf(traceId) };
  const attributes = {
    [attribute.taskName]: name,
    [attribute.clusterName]: fact.unit.cluster,
    [attribute.pipelineName]: fact.unit.app,
    ...(plan === undefined
      ? {}
      : {
          [attribute.taskType]: "deploy",
          [attribute.planCreate]: count("create"),
          [attribute.planUpdate]: count("update"),
          [attribute.planDelete]: plan.absent.length,
        }),
  };
  const began = deps.clock.monotonic();
  let result = "failure";
  try {
    const value = await deps.telemetry.span(name, { ...parent, attributes }, work);
    result = "success";
    return value;
  } finally {
    deps.metrics.stageDuration.record((deps.clock.monotonic() - began) / 1000, { stage: name, result });
  }
};
