import type {
  ApplyFinished,
  CommitObserved,
  CommitPlanned,
  DeadLetter,
  DesiredStateChanged,
  DriftDetected,
  DriftResolved,
  HealthChanged,
  Inventory,
  RenderFailed,
  SourceCondition,
  UnitStatus,
} from "@evenkeel/contracts";
import { flows } from "@evenkeel/contracts";

import { foldLetter, noLetters, placeOf } from "./core/open-letters.ts";
import type { OpenLetters } from "./core/open-letters.ts";
import {
  emptySource,
  foldCommitObserved,
  foldCommitPlanned,
  foldSourceCondition,
  isPlanComplete,
} from "./core/source-record.ts";
import type { SourceRecord } from "./core/source-record.ts";
import {
  emptyUnit,
  foldApplyFinished,
  foldDesired,
  foldDriftDetected,
  foldDriftResolved,
  foldHealthChanged,
  foldInventory,
  foldRenderFailed,
} from "./core/unit-record.ts";
import type { UnitRecord } from "./core/unit-record.ts";
import { isListed, sourceOf, unitStatus } from "./core/unit-status.ts";

/** Key of a unit: sorts by cluster, then app. */
export const unitKey = (cluster: string, app: string): string => `${cluster}\0${app}`;

/** What the facts say, kept in memory; rebuilt at every start. */
export interface Projection {
  /** Takes one fact by its type; unknown types are not of interest. */
  fold(type: string, fact: unknown): void;
  foldInventory(cluster: string, app: string, inventory: Inventory | undefined): void;
  /** Forgets what came from a stream that was lost; its replay follows. */
  forget(stream: string): void;
  record(cluster: string, app: string): UnitRecord | undefined;
  /** Status of one unit; undefined if there is no such unit. */
  status(key: string): UnitStatus | undefined;
  /** Keys of all units, sorted. */
  keys(): readonly string[];
  /** All sources, by id. */
  sources(): readonly SourceRecord[];
  /** Calls `listener` with the keys of units that may have changed; at once, so it must be quick. */
  onDirty(listener: (keys: Iterable<string>) => void): Disposable;
}

const unitFolds: Readonly<Record<string, (unit: UnitRecord, fact: never) => UnitRecord>> = {
  [flows.desiredStateChanged.type]: (unit, fact: DesiredStateChanged) => foldDesired(unit, fact),
  [flows.renderFailed.type]: (unit, fact: RenderFailed) => foldRenderFailed(unit, fact),
  [flows.applyFinished.type]: (unit, fact: ApplyFinished) => foldApplyFinished(unit, fact),
  [flows.healthChanged.type]: (unit, fact: HealthChanged) => foldHealthChanged(unit, fact),
  [flows.driftDetected.type]: (unit, fact: DriftDetected) => foldDriftDetected(unit, fact),
  [flows.driftResolved.type]: (unit, fact: DriftResolved) => foldDriftResolved(unit, fact),
};

const sourceFolds: Readonly<Record<string, (source: SourceRecord, fact: never) => SourceRecord>> = {
  [flows.commitObserved.type]: (source, fact: CommitObserved) => foldCommitObserved(source, fact),
  [flows.commitPlanned.type]: (source, fact: CommitPlanned) => foldCommitPlanned(source, fact),
  [flows.sourceCondition.type]: (source, fact: SourceCondition) => foldSourceCondition(source, fact),
};

/** What each stream fills, for when it is lost. */
const forgetUnit: Readonly<Record<string, Partial<UnitRecord>>> = {
  DESIRED: { desired: undefined, problem: undefined },
  APPLIED: { run: undefined, live: undefined },
  HEALTH: { health: undefined, healthySince: undefined },
  DRIFT: { drift: undefined },
  inventory: { objects: [], inventoried: undefined },
  DEADLETTERS: { letters: noLetters },
};
const forgetSource: Readonly<Record<string, Partial<SourceRecord>>> = {
  COMMITS: { observed: undefined, condition: undefined },
  PLANS: { planned: undefined, planComplete: false },
  DEADLETTERS: { letters: noLetters },
};

/** Runs something after so many milliseconds, if the service still runs then. */
export type Later = (ms: number, run: () => void) => void;

// A unit that was touched and has no answer any more (pinned back, purged) must not hide the commit from the others.
const planPatienceMs = 2000;

/** An empty projection. */
export const createProjection = (later: Later = () => undefined): Projection => {
  const units = new Map<string, UnitRecord>();
  const sources = new Map<string, SourceRecord>();
  const ofSource = new Map<string, Set<string>>();
  const listeners = new Set<(keys: Iterable<string>) => void>();
  let sorted: readonly string[] | undefined;

  const tell = (keys: Iterable<string>): void => {
    for (const listener of listeners) listener(keys);
  };
  const completePlan = (name: string, impatient = false): void => {
    const source = sources.get(name);
    if (source?.planned === undefined || source.planComplete) return;
    const keys = ofSource.get(name) ?? new Set();
    const records = Array.from(keys, (key) => units.get(key)).filter((unit) => unit !== undefined);
    if (!impatient && !isPlanComplete(source, records)) return;
    sources.set(name, { ...source, planComplete: true });
    tell(keys);
  };
  const putUnit = (cluster: string, app: string, change: (unit: UnitRecord) => UnitRecord): void => {
    const key = unitKey(cluster, app);
    const before = units.get(key);
    const after = change(before ?? emptyUnit(cluster, app));
    units.set(key, after);
    if (before === undefined || isListed(before) !== isListed(after)) sorted = undefined;
    const source = sourceOf(after);
    if (before !== undefined && sourceOf(before) !== source) ofSource.get(sourceOf(before))?.delete(key);
    const siblings = ofSource.get(source) ?? new Set();
    ofSource.set(source, siblings.add(key));
    tell([key]);
    if (before?.desired !== after.desired || before?.problem !== after.problem) completePlan(source);
  };
  const putSource = (name: string, change: (source: SourceRecord) => SourceRecord): void => {
    const before = sources.get(name);
    const after = change(before ?? emptySource(name));
    sources.set(name, after);
    tell(ofSource.get(name) ?? []);
    completePlan(name);
    if (after.planned?.seq !== before?.planned?.seq) {
      later(planPatienceMs, () => {
        if (sources.get(name)?.planned?.seq === after.planned?.seq) completePlan(name, true);
      });
    }
  };

  const foldDeadLetter = (letter: DeadLetter): void => {
    const place = placeOf(letter);
    const change = <T extends { readonly letters: OpenLetters }>(record: T): T => ({
      ...record,
      letters: foldLetter(record.letters, letter),
    });
    if (place === undefined) return;
    if ("source" in place) putSource(place.source, change);
    else putUnit(place.cluster, place.app, change);
  };

  return {
    fold(type, fact) {
      if (type === flows.deadLetter.type) return foldDeadLetter(fact as DeadLetter);
      const unitFold = unitFolds[type];
      const sourceFold = sourceFolds[type];
      if (unitFold !== undefined) {
        const { unit } = fact as { unit?: { cluster: string; app: string } };
        if (unit !== undefined) putUnit(unit.cluster, unit.app, (record) => unitFold(record, fact as never));
      } else if (sourceFold !== undefined) {
        const { source } = fact as { source: string };
        putSource(source, (record) => sourceFold(record, fact as never));
      }
    },
    foldInventory: (cluster, app, inventory) => putUnit(cluster, app, (record) => foldInventory(record, inventory)),
    forget(stream) {
      for (const [key, unit] of units) units.set(key, { ...unit, ...forgetUnit[stream] });
      for (const [name, source] of sources) sources.set(name, { ...source, ...forgetSource[stream] });
      sorted = undefined;
      tell(units.keys());
    },
    record: (cluster, app) => units.get(unitKey(cluster, app)),
    status(key) {
      const unit = units.get(key);
      return unit === undefined || !isListed(unit) ? undefined : unitStatus(unit, sources.get(sourceOf(unit)));
    },
    keys() {
      sorted ??= Array.from(units)
        .filter(([, unit]) => isListed(unit))
        .map(([key]) => key)
        .toSorted();
      return sorted;
    },
    sources: () => [...sources.values()].toSorted((a, b) => (a.source < b.source ? -1 : 1)),
    onDirty(listener) {
      listeners.add(listener);
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
  };
};
