import { flows } from "@evenkeel/contracts";
import type {
  ApplyFinished,
  CommitObserved,
  CommitPlanned,
  DesiredStateChanged,
  DriftDetected,
  DriftResolved,
  HealthChanged,
  RenderFailed,
  RenderRequested,
  RenderWaiting,
  SourceCondition,
} from "@evenkeel/contracts";

import { noLetters } from "../core/open-letters.ts";
import { foldCommitObserved, foldCommitPlanned, foldSourceCondition } from "../core/source-record.ts";
import type { SourceRecord } from "../core/source-record.ts";
import {
  foldApplyFinished,
  foldDesired,
  foldDriftDetected,
  foldDriftResolved,
  foldHealthChanged,
  foldRenderFailed,
  foldRenderRequested,
  foldRenderWaiting,
} from "../core/unit/unit-record.ts";
import type { UnitRecord } from "../core/unit/unit-record.ts";

/** What each fact changes of a unit, by its type. */
export const unitFolds: Readonly<Record<string, (unit: UnitRecord, fact: never, owner?: bigint) => UnitRecord>> = {
  [flows.desiredStateChanged.type]: (unit, fact: DesiredStateChanged) => foldDesired(unit, fact),
  [flows.renderRequested.type]: (unit, fact: RenderRequested) => foldRenderRequested(unit, fact),
  [flows.renderWaiting.type]: (unit, fact: RenderWaiting) => foldRenderWaiting(unit, fact),
  [flows.renderFailed.type]: (unit, fact: RenderFailed) => foldRenderFailed(unit, fact),
  [flows.applyFinished.type]: (unit, fact: ApplyFinished) => foldApplyFinished(unit, fact),
  [flows.healthChanged.type]: (unit, fact: HealthChanged, owner) => foldHealthChanged(unit, fact, owner),
  [flows.driftDetected.type]: (unit, fact: DriftDetected, owner) => foldDriftDetected(unit, fact, owner),
  [flows.driftResolved.type]: (unit, fact: DriftResolved, owner) => foldDriftResolved(unit, fact, owner),
};

/** What each fact changes of a source, by its type. */
export const sourceFolds: Readonly<Record<string, (source: SourceRecord, fact: never) => SourceRecord>> = {
  [flows.commitObserved.type]: (source, fact: CommitObserved) => foldCommitObserved(source, fact),
  [flows.commitPlanned.type]: (source, fact: CommitPlanned) => foldCommitPlanned(source, fact),
  [flows.sourceCondition.type]: (source, fact: SourceCondition) => foldSourceCondition(source, fact),
};

/** What each stream fills, for when it is lost. */
export const forgetUnit: Readonly<Record<string, Partial<UnitRecord>>> = {
  RENDERS: { asked: undefined, waiting: undefined },
  DESIRED: { desired: undefined, problem: undefined },
  APPLIED: { run: undefined, overtaken: undefined, live: undefined },
  HEALTH: { health: undefined, firstHealthy: undefined },
  DRIFT: { drift: undefined, ended: [] },
  inventory: { objects: [], inventoried: undefined },
  DEADLETTERS: { letters: noLetters },
};
export const forgetSource: Readonly<Record<string, Partial<SourceRecord>>> = {
  COMMITS: { observed: undefined, condition: undefined },
  PLANS: { planned: undefined, planComplete: false },
  DEADLETTERS: { letters: noLetters },
};
