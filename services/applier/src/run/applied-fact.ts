import { applyResultToNumber, flows, formatVersion } from "@evenkeel/contracts";
import type {
  ApplyCause,
  ApplyFinished,
  ApplyResult,
  DesiredStateChanged,
  ObjectProblem,
  ObjectRef,
  UnitVersion,
} from "@evenkeel/contracts";
import { canonicalJson, sha256Hex } from "@evenkeel/resource";
import { formatRef } from "@evenkeel/words";
import type { Reason } from "@evenkeel/words";

import type { AnchoredApp } from "../core/anchor/anchor-document.ts";
import { appliedLines } from "../core/applied-lines.ts";
import { noVersion } from "../core/unit-version.ts";
import type { Deps } from "../deps.ts";

/** An object that is not deleted yet, and why. */
export interface ParkedObject {
  readonly ref: ObjectRef;
  readonly reason: Reason;
}

/** What a run has to tell. */
export interface RunReport {
  readonly result: ApplyResult;
  readonly cause: ApplyCause;
  readonly startedAt: Date;
  readonly epoch: bigint;
  readonly reason?: Reason | undefined;
  readonly counts?: Partial<Record<"created" | "updated" | "unchanged" | "deleted" | "notTried", number>>;
  readonly failed?: readonly ObjectProblem[];
  readonly parked?: readonly ParkedObject[];
  readonly planDigest?: string;
  readonly inventoryRevision?: number;
  /** Number of the outcome's ledger entry, if anything was written. */
  readonly ledger?: bigint | undefined;
  readonly anchored?: AnchoredApp | undefined;
  /** Trace of a correction; else the desired's. */
  readonly traceId?: string;
  /** What a correction answers. */
  readonly driftCause?: string;
}

type Subject = Pick<DesiredStateChanged, "unit" | "digest" | "revision" | "traceId" | "observedAt"> & {
  readonly version: UnitVersion | undefined;
};

const SHOWN = 20;
const refsAndReasons = (problems: readonly ObjectProblem[] = []): string[] =>
  problems.map(
    ({ ref, reason }) => `${ref === undefined ? "" : formatRef(ref)} ${reason?.code ?? ""} ${reason?.remedy ?? ""}`,
  );

/** Equal for the same end of the same run, so that a repeat is dropped by the stream; words that change with time stay out. */
const causeOf = (subject: Subject, report: RunReport): string =>
  sha256Hex(
    canonicalJson([
      formatVersion(subject.version ?? noVersion),
      subject.digest,
      report.epoch,
      report.ledger ?? 0n,
      applyResultToNumber(report.result),
      report.reason?.code ?? "",
      report.reason?.message ?? "",
      report.driftCause ?? "",
      refsAndReasons(report.failed),
      refsAndReasons(report.parked),
      report.inventoryRevision ?? 0,
    ]),
  ).slice(0, 32);

/** The fact that a run over a unit has ended. */
export const appliedFact = (subject: Subject, report: RunReport, now: Date): ApplyFinished => ({
  unit: subject.unit,
  version: subject.version,
  digest: subject.digest,
  result: report.result,
  applyCause: report.cause,
  reason: report.reason,
  created: report.counts?.created ?? 0,
  updated: report.counts?.updated ?? 0,
  unchanged: report.counts?.unchanged ?? 0,
  deleted: report.counts?.deleted ?? 0,
  failed: [...(report.failed ?? [])].slice(0, SHOWN),
  notTried: report.counts?.notTried ?? 0,
  parked: [...(report.parked ?? [])].slice(0, SHOWN),
  planDigest: report.planDigest ?? "",
  revision: subject.revision,
  inventoryRevision: BigInt(report.inventoryRevision ?? 0),
  epoch: report.epoch,
  startedAt: report.startedAt,
  endedAt: now,
  anchored: report.anchored?.version,
  anchoredLineage: report.anchored?.lineage,
  cause: causeOf(subject, report),
  traceId: report.traceId ?? subject.traceId,
  observedAt: subject.observedAt,
});

/** Publishes the end of a run, counts it and logs what a human should see: a hold that lasts is said once. */
export const tellApplied = async (
  { bus, clock, complaints, metrics, telemetry }: Pick<Deps, "bus" | "clock" | "complaints" | "metrics" | "telemetry">,
  subject: Subject,
  report: RunReport,
): Promise<void> => {
  const fact = appliedFact(subject, report, clock.now());
  const { app = "", cluster = "" } = subject.unit ?? {};
  metrics.apply.add(1, { cluster, result: report.result });
  const unit = `${app}@${cluster}`;
  if (report.reason === undefined) complaints.delete(unit);
  else {
    const { code, message } = report.reason;
    const level = complaints.get(unit) === `${code} ${message}` ? "debug" : "warn";
    complaints.set(unit, `${code} ${message}`);
    telemetry.log[level]("unit was not applied", {
      app,
      cluster,
      result: report.result,
      reason: code,
      message,
    });
  }
  for (const { fields, message } of appliedLines(fact)) telemetry.log.info(message, fields);
  await bus.publish(flows.applyFinished, fact);
};
