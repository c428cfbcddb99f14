import { ApplyResult, DriftPolicy, Health } from "@evenkeel/contracts";
import type {
  ApplyFinished,
  DesiredStateChanged,
  DriftDetected,
  DriftResolved,
  Finding,
  HealthChanged,
  Inventory,
  InventoryItem,
  ObjectRef,
  RenderFailed,
  RenderRequested,
  RenderWaiting,
  ResolvedBy,
  UnitVersion,
} from "@evenkeel/contracts";

import { noLetters } from "../open-letters.ts";
import type { OpenLetters } from "../open-letters.ts";
import { isOutranked } from "../units/is-outranked.ts";

/** What was written to the cluster in full. */
export interface LiveState {
  readonly revision: string;
  readonly version: UnitVersion | undefined;
  readonly digest: string;
  /** When its content went live; undefined if no fact tells. */
  readonly since: Date | undefined;
  /** When the run that wrote it began; undefined if no fact tells. */
  readonly startedAt: Date | undefined;
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

/** Drift that is over. */
export interface EndedDrift {
  readonly finding: Finding;
  readonly policy: DriftPolicy;
  readonly traceId: string;
  readonly endedAt: Date | undefined;
  readonly endedBy: ResolvedBy;
}

/** What an application declares of a unit, before anything was made of it. */
export interface DeclaredUnit {
  readonly repository: string;
  readonly path: string;
  /** Its objects are deleted once it is removed, so long after that; undefined: they are left in place. */
  readonly deletesAfterMs?: number;
}

/** The newest facts about one unit, from which its status is worked out. */
export interface UnitRecord {
  readonly cluster: string;
  readonly app: string;
  /** Its declaration; undefined once it is gone. */
  readonly declared: DeclaredUnit | undefined;
  /** The render that was last asked for. */
  readonly asked: RenderRequested | undefined;
  /** What a render was last told to wait for. */
  readonly waiting: RenderWaiting | undefined;
  /** Its last declaration, also once that is gone. */
  readonly lastDeclared: DeclaredUnit | undefined;
  readonly desired: DesiredStateChanged | undefined;
  readonly problem: RenderFailed | undefined;
  /** The last run that was not overtaken. */
  readonly run: ApplyFinished | undefined;
  /** The last run that was, until another one ends. */
  readonly overtaken: ApplyFinished | undefined;
  /** What the runs tell to be live. */
  readonly live: LiveState | undefined;
  /** What its inventory last told to be live in full. */
  readonly inventoried: LiveState | undefined;
  readonly health: HealthChanged | undefined;
  /** When the unit was first healthy with the content of `health`; what broke and was mended later changes nothing. */
  readonly firstHealthy: { readonly digest: string; readonly at: Date | undefined } | undefined;
  readonly drift: OpenDrift | undefined;
  /** Drift that ended, oldest first: as many as a stream keeps. */
  readonly ended: readonly EndedDrift[];
  readonly objects: readonly InventoryItem[];
  /** What was set aside of its messages. */
  readonly letters: OpenLetters;
}

/** A unit of which nothing is known yet. */
export const emptyUnit = (cluster: string, app: string): UnitRecord => ({
  cluster,
  app,
  declared: undefined,
  asked: undefined,
  waiting: undefined,
  lastDeclared: undefined,
  desired: undefined,
  problem: undefined,
  run: undefined,
  overtaken: undefined,
  live: undefined,
  inventoried: undefined,
  health: undefined,
  firstHealthy: undefined,
  drift: undefined,
  ended: [],
  objects: [],
  letters: noLetters,
});

export const foldDesired = (unit: UnitRecord, desired: DesiredStateChanged): UnitRecord => ({ ...unit, desired });

export const foldRenderRequested = (unit: UnitRecord, asked: RenderRequested): UnitRecord => ({ ...unit, asked });

export const foldRenderWaiting = (unit: UnitRecord, waiting: RenderWaiting): UnitRecord => ({ ...unit, waiting });

export const foldRenderFailed = (unit: UnitRecord, problem: RenderFailed): UnitRecord => ({ ...unit, problem });

const liveAfter = (live: LiveState | undefined, run: ApplyFinished): LiveState | undefined => {
  switch (run.result) {
    case ApplyResult.APPLIED:
      return {
        revision: run.revision,
        version: run.version,
        digest: run.digest,
        since: run.endedAt,
        startedAt: run.startedAt,
      };
    case ApplyResult.UNCHANGED:
    case ApplyResult.CORRECTED:
      // Neither brings new content: what is live went live when it was first written.
      return {
        revision: run.revision,
        version: run.version,
        digest: run.digest,
        since: live?.digest === run.digest ? live.since : undefined,
        startedAt: live?.digest === run.digest ? live.startedAt : undefined,
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
  // A run that was overtaken says nothing of what is live, only why it wrote nothing: the one that overtook it will.
  run.result === ApplyResult.SUPERSEDED
    ? { ...unit, overtaken: run }
    : { ...unit, run, overtaken: undefined, live: liveAfter(unit.live, run) };

const isHealthy = (health: HealthChanged | undefined): boolean => health?.health === Health.HEALTHY;

export const foldHealthChanged = (unit: UnitRecord, health: HealthChanged, owner?: bigint): UnitRecord => {
  if (isOutranked({ told: health.epoch, known: unit.health?.epoch, owner })) return unit;
  const isKnown = unit.firstHealthy?.digest === health.digest;
  const firstHealthy = isKnown || !isHealthy(health) ? unit.firstHealthy : { digest: health.digest, at: health.at };
  return { ...unit, health, firstHealthy };
};

export const foldDriftDetected = (unit: UnitRecord, fact: DriftDetected, owner?: bigint): UnitRecord => {
  if (isOutranked({ told: fact.epoch, known: unit.drift?.epoch, owner })) return unit;
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

// As many as the stream keeps of a unit: a restart of this service loses none that it would have shown.
const KEPT_ENDS = 16;

const endedBy = (unit: UnitRecord, fact: DriftResolved): readonly EndedDrift[] => {
  const { by, endedAt, findings, traceId } = fact;
  const policy = unit.drift?.policy ?? DriftPolicy.UNSPECIFIED;
  return findings.map((finding) => ({ finding, policy, traceId, endedAt, endedBy: by }));
};

export const foldDriftResolved = (before: UnitRecord, fact: DriftResolved, owner?: bigint): UnitRecord => {
  const unit = { ...before, ended: [...before.ended, ...endedBy(before, fact)].slice(-KEPT_ENDS) };
  if (isOutranked({ told: fact.epoch, known: unit.drift?.epoch, owner })) return unit;
  const over = new Set(fact.findings.map((finding) => refKey(finding.ref)));
  return {
    ...unit,
    drift: {
      findings:
        fact.stillOpen === 0 ? [] : (unit.drift?.findings ?? []).filter((finding) => !over.has(refKey(finding.ref))),
      count: fact.stillOpen,
      policy: unit.drift?.policy ?? DriftPolicy.UNSPECIFIED,
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
  const inventoried = complete
    ? { revision, version, digest, since: undefined, startedAt: undefined }
    : unit.inventoried;
  return { ...unit, objects: items, inventoried };
};
