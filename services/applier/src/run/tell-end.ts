import { ApplyCause, ApplyResult, seqOf } from "@evenkeel/contracts";
import { attribute, rootOf } from "@evenkeel/telemetry";
import type { RunResult } from "@evenkeel/telemetry";

import { tellApplied } from "./applied-fact.ts";
import type { RunReport } from "./applied-fact.ts";
import type { Deps } from "../deps.ts";
import type { Desired } from "../partition/partition.ts";

const SPAN_RESULT: Readonly<Partial<Record<ApplyResult, RunResult>>> = {
  [ApplyResult.APPLIED]: "success",
  [ApplyResult.REMOVED]: "success",
  [ApplyResult.UNCHANGED]: "skip",
  [ApplyResult.SUPERSEDED]: "cancellation",
};

/** The root of trace A: from the accepted commit to the end of the run. */
const recordRoot = ({ telemetry, clock }: Deps, fact: Desired, report: RunReport): void => {
  if (fact.traceId === "") return;
  const { traceId, spanId } = rootOf(fact.traceId);
  const result = SPAN_RESULT[report.result] ?? "failure";
  const { app, cluster } = fact.unit;
  telemetry.record({
    name: "SYNC",
    identity: { traceId, spanId },
    attributes: {
      [attribute.pipelineName]: app,
      [attribute.pipelineRunId]: `${app}@${cluster}/${seqOf(fact.version)}`,
      [attribute.pipelineAction]: "SYNC",
      [attribute.pipelineResult]: result,
      [attribute.clusterName]: cluster,
      [attribute.headRevision]: fact.revision,
      [attribute.repositoryUrl]: fact.url,
      [attribute.desiredDigest]: fact.digest,
      ...(report.reason === undefined ? {} : { [attribute.errorType]: report.reason.code }),
    },
    startedAt: fact.observedAt ?? report.startedAt,
    endedAt: clock.now(),
    ...(result === "failure" ? { error: report.reason?.message ?? "failed" } : {}),
  });
};

const observe = (deps: Deps, fact: Desired, report: RunReport): void => {
  if (report.result !== ApplyResult.APPLIED || report.cause !== ApplyCause.DESIRED || fact.observedAt === undefined)
    return;
  const seconds = (deps.clock.now().getTime() - fact.observedAt.getTime()) / 1000;
  deps.metrics.commitToLive.record(Math.max(0, seconds), { cluster: fact.unit.cluster });
};

/** Tells how a look at a unit ended: as a fact, as the root of its trace, and as the time from commit to live. */
export const tellEnd = async (deps: Deps, fact: Desired, report: RunReport): Promise<void> => {
  await tellApplied(deps, fact, report);
  recordRoot(deps, fact, report);
  observe(deps, fact, report);
};
