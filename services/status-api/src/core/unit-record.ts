import { ApplyResult } from "@evenkeel/contracts";
import type {
  ApplyFinished,
  DesiredStateChanged,
  DriftDetected,
  DriftPolicy,
  DriftResolved,
  Finding,
  HealthChanged,
  Inventory,
  InventoryItem,
  ObjectRef,
  RenderFailed,
  UnitVersion,
} from "@evenkeel/contracts";

import { noLetters } from "./open-letters.ts";
import type { OpenLetters } from "./open-letters.ts";

/** What was written to the cluster in full. */
export interface LiveState {
  readonly revision: string;
  readonly version: UnitVersion | undefined;
  readonly digest: string;
  /** When its content went live; undefined if no fact tells. */
  readonly since: Date | undefined;
}

/** Open drift of one unit. */
export interface OpenDrift {
  readonly findings: readonly Finding[];
  /** All that is open; findings may be fewer. */
  readonly count: number;
  readonly policy: DriftPolicy;
  readonly traceId: string;
  readonly epoch: bigint;
}

/** The newest facts about one unit, from which its status is worked out. */
export interface UnitRecord {
  readonly cluster: string;
  readonly app: string;
  readonly desired: DesiredStateChanged | undefined;
  readonly problem: RenderFailed | undefined;
  /** The last run that was not overtaken. */
  readonly run: ApplyFinished | undefined;
  /** What the runs tell to be live. */
  readonly live: LiveState | undefined;
  /** What its inventory last told to be live in full. */
  readonly inventoried: LiveState | undefined;
  readonly health: HealthChanged | undefined;
  /** Since when the unit is healthy without a break at the version of `health`. */
  readonly healthySince: Date | undefined;
  readonly drift: OpenDrift | undefined;
  readonly objects: readonly InventoryItem[];
  /** What was set aside of its messages. */
  readonly letters: OpenLetters;
}

/** A unit of which nothing is known yet. */
export const emptyUnit = (cluster: string, app: string): UnitRecord => ({
  cluster,
  app,
  desired: undefined,
  problem: undefined,
  run: undefined,
  live: undefined,
  inventoried: undefined,
  health: undefined,
  healthySince: undefined,
  drift: undefined,
  objects: [],
  letters: noLetters,
});

export const foldDesired = (unit: UnitRecord, desired: DesiredStateChanged): UnitRecord => ({ ...unit, desired });

export const foldRenderFailed = (unit: UnitRecord, problem: RenderFailed): UnitRecord => ({ ...unit, problem });

const liveAfter = (live: LiveState | undefined, run: ApplyFinished): LiveState | undefined => {
  switch (run.result) {
    case ApplyResult.APPLIED:
      return { revision: run.revision, version: run.version, digest: run.digest, since: run.endedAt };
    case ApplyResult.UNCHANGED:
    case ApplyResult.CORRECTED:
      // Neither brings new content: what is live went live when it was first written.
      return {
        revision: run.revision,
        version: run.version,
        digest: run.digest,
        since: live?.digest === run.digest ? live.since : undefined,
      };
    case ApplyResult.REMOVED:
      return undefined;
    case ApplyResult.UNSPECIFIED:
    case ApplyResult.FAILED:
    case ApplyResult.HELD:
    case ApplyResult.SUPERSEDED:
    case ApplyResult.SEQ_BEHIND:
      return live;
  }
};

export const foldApplyFinished = (unit: UnitRecord, run: ApplyFinished): UnitRecord =>
  // A run that was overtaken says nothing: the one that overtook it will.
  run.result === ApplyResult.SUPERSEDED ? unit : { ...unit, run, live: liveAfter(unit.live, run) };

const isHealthy = (health: HealthChanged | undefined): boolean => health?.health === 1;

export const foldHealthChanged = (unit: UnitRecord, health: HealthChanged): UnitRecord => {
  // Two owners of a shard overlap for a moment: the older one's word no longer counts.
  if (unit.health !== undefined && health.epoch < unit.health.epoch) return unit;
  const goesOn = isHealthy(unit.health) && unit.health?.digest === health.digest;
  const healthySince = isHealthy(health) ? (goesOn ? unit.healthySince : health.at) : undefined;
  return { ...unit, health, healthySince };
};

export const foldDriftDetected = (unit: UnitRecord, fact: DriftDetected): UnitRecord => {
  if (unit.drift !== undefined && fact.epoch < unit.drift.epoch) return unit;
  return {
    ...unit,
    drift: {
      findings: fact.findings,
      count: Math.max(fact.findingCount, fact.findings.length),
      policy: fact.policy,
      traceId: fact.traceId,
      epoch: fact.epoch,
    },
  };
};

/** One text a ref, to compare refs by. */
export const refKey = (ref: ObjectRef | undefined): string =>
  ref === undefined ? "" : [ref.group, ref.kind, ref.namespace, ref.name].join("\0");

export const foldDriftResolved = (unit: UnitRecord, fact: DriftResolved): UnitRecord => {
  if (unit.drift !== undefined && fact.epoch < unit.drift.epoch) return unit;
  const over = new Set(fact.findings.map((finding) => refKey(finding.ref)));
  return {
    ...unit,
    drift: {
      findings:
        fact.stillOpen === 0 ? [] : (unit.drift?.findings ?? []).filter((finding) => !over.has(refKey(finding.ref))),
      count: fact.stillOpen,
      policy: unit.drift?.policy ?? 0,
      traceId: unit.drift?.traceId ?? fact.traceId,
      epoch: fact.epoch,
    },
  };
};

/** What is live: as its runs tell, or its inventory where the one run that was kept failed. */
export const liveOf = (unit: UnitRecord): LiveState | undefined => unit.live ?? unit.inventoried;

/** Takes the refs of a unit from its inventory, and what that says is live in full. */
export const foldInventory = (unit: UnitRecord, inventory: Inventory | undefined): UnitRecord => {
  if (inventory === undefined) return { ...unit, objects: [], inventoried: undefined };
  const { complete, digest, items, revision, version } = inventory;
  const inventoried = complete ? { revision, version, digest, since: undefined } : unit.inventoried;
  return { ...unit, objects: items, inventoried };
};
