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
export interface Told {
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
const causeOf = (subject: Subject, told: Told): string =>
  sha256Hex(
    canonicalJson([
      formatVersion(subject.version ?? noVersion),
      subject.digest,
      told.epoch,
      told.ledger ?? 0n,
      applyResultToNumber(told.result),
      told.reason?.code ?? "",
      told.reason?.message ?? "",
      told.driftCause ?? "",
      refsAndReasons(told.failed),
      refsAndReasons(told.parked),
      told.inventoryRevision ?? 0,
    ]),
  ).slice(0, 32);

/** The fact that a run over a unit has ended. */
export const appliedFact = (subject: Subject, told: Told, now: Date): ApplyFinished => ({
  unit: subject.unit,
  version: subject.version,
  digest: subject.digest,
  result: told.result,
  applyCause: told.cause,
  reason: told.reason,
  created: told.counts?.created ?? 0,
  updated: told.counts?.updated ?? 0,
  unchanged: told.counts?.unchanged ?? 0,
  deleted: told.counts?.deleted ?? 0,
  failed: [...(told.failed ?? [])].slice(0, SHOWN),
  notTried: told.counts?.notTried ?? 0,
  parked: [...(told.parked ?? [])].slice(0, SHOWN),
  planDigest: told.planDigest ?? "",
  revision: subject.revision,
  inventoryRevision: BigInt(told.inventoryRevision ?? 0),
  epoch: told.epoch,
  startedAt: told.startedAt,
  endedAt: now,
  anchored: told.anchored?.version,
  anchoredLineage: told.anchored?.lineage,
  cause: causeOf(subject, told),
  traceId: told.traceId ?? subject.traceId,
  observedAt: subject.observedAt,
});

/** Publishes the end of a run, counts it and logs what a human should see: a hold that lasts is said once. */
export const tellApplied = async (
  { bus, clock, complaints, metrics, telemetry }: Pick<Deps, "bus" | "clock" | "complaints" | "metrics" | "telemetry">,
  subject: Subject,
  told: Told,
): Promise<void> => {
  const fact = appliedFact(subject, told, clock.now());
  const { app = "", cluster = "" } = subject.unit ?? {};
  metrics.apply.add(1, { cluster, result: told.result });
  const unit = `${app}@${cluster}`;
  if (told.reason === undefined) complaints.delete(unit);
  else {
    const { code, message } = told.reason;
    const level = complaints.get(unit) === `${code} ${message}` ? "debug" : "warn";
    complaints.set(unit, `${code} ${message}`);
    telemetry.log[level]("unit was not applied", {
      app,
      cluster,
      result: told.result,
      reason: code,
      message,
    });
  }
  for (const { fields, message } of appliedLines(fact)) telemetry.log.info(message, fields);
  await bus.publish(flows.applyFinished, fact);
};
