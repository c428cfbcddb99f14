import type {
  DesiredStateChanged,
  DriftDetected,
  DriftResolved,
  Finding,
  HealthChanged,
  Inventory,
  ResolvedBy,
  Unit,
} from "@evenkeel/contracts";
import { fitFields } from "@evenkeel/drift";
import { canonicalJson, sha256Hex } from "@evenkeel/resource";
import type { Json } from "@evenkeel/resource";
import { formatRef } from "@evenkeel/words";
import type { DriftPolicy } from "@evenkeel/words";

import type { Found } from "./object/found.ts";
import type { Summary } from "./summarise-unit.ts";

const SHOWN = 20;

const dateOf = (text: string): Date | undefined => {
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? undefined : at;
};

/** Of a fact's 64 KiB, for the fields of one finding among 20. */
const FIELD_BYTES = 2_000;

/** One finding as it is told. */
export const findingOf = (found: Found): Finding => ({
  ref: found.ref,
  uid: found.uid,
  resourceVersion: found.resourceVersion,
  inventoryRevision: found.inventoryRevision,
  verdict: found.verdict,
  fields: fitFields(found.differences.slice(0, SHOWN), FIELD_BYTES),
  managers: found.managers.map(({ manager, operation, time }) => ({ name: manager, operation, time: dateOf(time) })),
  onset: found.onset,
  detail: found.detail,
  rounds: 0,
});

/** What every fact about a unit names. */
export interface UnitFacts {
  readonly unit: Unit;
  readonly desired: DesiredStateChanged | undefined;
  readonly inventory: Inventory | undefined;
  readonly epoch: bigint;
}

const causeOf = (...parts: readonly Json[]): string => sha256Hex(canonicalJson(parts)).slice(0, 32);

/** With the moment: the same findings may be told again under another policy, or beside others, and must not be lost. */
const causeOfFindings = (kind: string, epoch: bigint, at: Date, findings: readonly Found[]): string =>
  causeOf(
    kind,
    epoch,
    at.getTime(),
    findings
      .map((f) => [formatRef(f.ref), f.uid, f.resourceVersion, f.verdict, f.inventoryRevision, f.onset.getTime()])
      .toSorted((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1)),
  );

/** The complete set of open drift of a unit. */
export const driftDetected = (
  facts: UnitFacts,
  findings: readonly Found[],
  /** Told before, and not judged anew yet. */
  still: readonly Finding[],
  policy: DriftPolicy,
  at: Date,
): DriftDetected => ({
  unit: facts.unit,
  version: facts.inventory?.version,
  digest: facts.inventory?.digest ?? "",
  epoch: facts.epoch,
  findings: [...findings.slice(0, SHOWN).map(findingOf), ...still].slice(0, SHOWN),
  findingCount: findings.length + still.length,
  policy,
  at,
  cause: causeOfFindings("detected", facts.epoch, at, findings),
  traceId: "",
  applyTraceId: facts.inventory?.traceId ?? "",
});

/** Drift that is over. */
export const driftResolved = (
  facts: UnitFacts,
  ended: readonly Finding[],
  by: ResolvedBy,
  stillOpen: number,
  at: Date,
): DriftResolved => ({
  unit: facts.unit,
  findings: ended.slice(0, SHOWN),
  by,
  endedAt: at,
  stillOpen,
  cause: causeOf(
    "resolved",
    facts.epoch,
    at.getTime(),
    ended.map((f) => `${f.ref === undefined ? "" : formatRef(f.ref)} ${f.resourceVersion}`).toSorted(),
  ),
  traceId: "",
  epoch: facts.epoch,
});

/** Health of a unit and the proof of Synced. */
export const healthChanged = (
  facts: UnitFacts,
  summary: Summary,
  endedUids: readonly string[],
  at: Date,
): HealthChanged => ({
  unit: facts.unit,
  version: facts.desired?.version ?? facts.inventory?.version,
  digest: facts.desired?.digest ?? facts.inventory?.digest ?? "",
  sync: summary.sync,
  health: summary.health,
  verifiedAt: summary.sync === "Synced" ? at : undefined,
  unhealthy: [...summary.unhealthy],
  objectCount: summary.objectCount,
  message: summary.message,
  revision: facts.desired?.revision ?? facts.inventory?.revision ?? "",
  at,
  epoch: facts.epoch,
  cause: causeOf("health", facts.epoch, at.getTime(), summary as unknown as Json, [...endedUids]),
  traceId: facts.desired?.traceId ?? "",
  endedUids: [...endedUids],
});
