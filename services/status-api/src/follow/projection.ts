import type { ClusterCondition, DeadLetter, Inventory, UnitStatus } from "@evenkeel/contracts";
import { createListeners } from "@evenkeel/async";
import { FLEET_SOURCE, flows } from "@evenkeel/contracts";

import { foldClusterCondition, knownAt } from "../core/cluster-record.ts";
import type { ClusterRecord } from "../core/cluster-record.ts";
import type { DeclaredRow } from "../core/units/declare-units.ts";
import type { KnownNames } from "../core/known-names.ts";
import { isSameDoubt, withDoubt } from "../core/doubt.ts";
import type { Doubt } from "../core/doubt.ts";
import { foldLetter, placeOf } from "../core/open-letters.ts";
import type { OpenLetters } from "../core/open-letters.ts";
import { emptySource, isPlanComplete } from "../core/source-record.ts";
import type { SourceRecord } from "../core/source-record.ts";
import { emptyUnit, foldInventory } from "../core/unit/unit-record.ts";
import type { DeclaredUnit, UnitRecord } from "../core/unit/unit-record.ts";
import { isListed, sourceOf, unitStatus } from "../core/unit/unit-status.ts";
import { forgetSource, forgetUnit, sourceFolds, unitFolds } from "./folds.ts";

/** Key of a unit: sorts by cluster, then app. */
export const unitKey = (cluster: string, app: string): string => `${cluster}\0${app}`;

/** What the facts say, kept in memory; rebuilt at every start. */
export interface Projection {
  /** Takes one fact by its type; unknown types are not of interest. */
  fold(type: string, fact: unknown): void;
  foldInventory(cluster: string, app: string, inventory: Inventory | undefined): void;
  /** Takes every unit and cluster that is declared; the others are declared no more. */
  declare(rows: readonly DeclaredRow[], clusters?: readonly string[]): void;
  /** Names that are declared, or that something is known of. */
  names(): KnownNames;
  /** Forgets what came from a stream that was lost; its replay follows. */
  forget(stream: string): void;
  record(cluster: string, app: string): UnitRecord | undefined;
  /** Status of one unit; undefined if there is no such unit. */
  status(key: string): UnitStatus | undefined;
  /** Why nobody sees this unit now; undefined: somebody does, or there is nothing to see yet. */
  doubtOf(key: string): Doubt | undefined;
  /** Keys of all units, sorted. */
  keys(): readonly string[];
  /** Every unit of which anything is kept, listed or not. */
  records(): Iterable<UnitRecord>;
  /** All sources, by id. */
  sources(): readonly SourceRecord[];
  /** Every cluster that a unit or a fact names. */
  clusters(): readonly ClusterRecord[];
  /** The term number of who watches a cluster. */
  watchedBy(cluster: string, epoch: bigint): void;
  /** Nobody sees this cluster now; undefined: somebody does. */
  doubtCluster(cluster: string, doubt: Doubt | undefined): void;
  /** Nothing is known for sure now; undefined: it is. */
  doubtAll(doubt: Doubt | undefined): void;
  /** Why nothing is known for sure now; undefined: it is. */
  doubt(): Doubt | undefined;
  /** Calls `listener` with the keys of units that may have changed; at once, so it must be quick. */
  onDirty(listener: (keys: Iterable<string>) => void): Disposable;
}

/** Runs something after so many milliseconds, if the service still runs then. */
export type Later = (ms: number, run: () => void) => void;

// A unit that was touched and has no answer any more (pinned back, purged) must not hide the commit from the others.
const PLAN_PATIENCE_MS = 2000;

const isSameDeclared = (a: DeclaredUnit, b: DeclaredUnit): boolean =>
  a.repository === b.repository && a.path === b.path && a.deletesAfterMs === b.deletesAfterMs;

/** An empty projection. */
export const createProjection = (now: () => Date, later: Later = () => undefined): Projection => {
  const units = new Map<string, UnitRecord>();
  const clusters = new Map<string, ClusterRecord>();
  const doubts = new Map<string, Doubt>();
  const owners = new Map<string, bigint>();
  const ownerOf = (cluster: string): bigint | undefined => owners.get(cluster);
  let declaredClusters: readonly string[] = [];
  let doubt: Doubt | undefined;
  const sources = new Map<string, SourceRecord>();
  const ofSource = new Map<string, Set<string>>();
  const listeners = createListeners<[Iterable<string>]>();
  let sorted: readonly string[] | undefined;

  const tell = (keys: Iterable<string>): void => {
    listeners.tell(keys);
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
  const clusterOf = (cluster: string): ClusterRecord => {
    const record = clusters.get(cluster) ?? { cluster, since: now(), condition: undefined };
    clusters.set(cluster, record);
    return record;
  };
  const putUnit = (cluster: string, app: string, change: (unit: UnitRecord) => UnitRecord): void => {
    const key = unitKey(cluster, app);
    const before = units.get(key);
    const after = change(before ?? emptyUnit(cluster, app));
    units.set(key, after);
    if (before === undefined || isListed(before) !== isListed(after)) sorted = undefined;
    if (before === undefined && cluster !== "") clusterOf(cluster);
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
      later(PLAN_PATIENCE_MS, () => {
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

  // A unit that was never rendered has nothing on its cluster that somebody could see.
  const doubtOf = (unit: UnitRecord): Doubt | undefined =>
    doubt ?? (unit.desired === undefined ? undefined : doubts.get(unit.cluster));

  return {
    fold(type, fact) {
      if (type === flows.deadLetter.type) return foldDeadLetter(fact as DeadLetter);
      const unitFold = unitFolds[type];
      const sourceFold = sourceFolds[type];
      if (unitFold !== undefined) {
        const { unit } = fact as { unit?: { cluster: string; app: string } };
        if (unit !== undefined)
          putUnit(unit.cluster, unit.app, (record) => unitFold(record, fact as never, ownerOf(unit.cluster)));
      } else if (sourceFold !== undefined) {
        const { source } = fact as { source: string };
        putSource(source, (record) => sourceFold(record, fact as never));
      } else if (type === flows.clusterCondition.type) {
        const condition = fact as ClusterCondition;
        clusters.set(
          condition.cluster,
          foldClusterCondition(clusterOf(condition.cluster), condition, ownerOf(condition.cluster)),
        );
      }
    },
    foldInventory: (cluster, app, inventory) => putUnit(cluster, app, (record) => foldInventory(record, inventory)),
    declare(rows, names = []) {
      declaredClusters = names;
      const wanted = new Map(rows.map((row) => [unitKey(row.cluster, row.app), row]));
      for (const { app, cluster, declared } of units.values()) {
        if (declared === undefined || wanted.has(unitKey(cluster, app))) continue;
        putUnit(cluster, app, (record) => ({ ...record, declared: undefined }));
      }
      for (const { app, cluster, declared } of rows) {
        const known = units.get(unitKey(cluster, app))?.declared;
        if (known !== undefined && isSameDeclared(known, declared)) continue;
        putUnit(cluster, app, (record) => ({ ...record, declared, lastDeclared: declared }));
      }
    },
    forget(stream) {
      for (const [key, unit] of units) units.set(key, { ...unit, ...forgetUnit[stream] });
      for (const [name, source] of sources) sources.set(name, { ...source, ...forgetSource[stream] });
      if (stream === "HEALTH")
        for (const [name, record] of clusters) clusters.set(name, { ...record, condition: undefined });
      sorted = undefined;
      tell(units.keys());
    },
    names: () => ({
      clusters: new Set([...declaredClusters, ...clusters.keys()]),
      apps: new Set(Array.from(units.values(), ({ app }) => app)),
      isComplete: units.size > 0 || sources.get(FLEET_SOURCE)?.observed !== undefined,
    }),
    record: (cluster, app) => units.get(unitKey(cluster, app)),
    status(key) {
      const unit = units.get(key);
      if (unit === undefined || !isListed(unit)) return undefined;
      const status = unitStatus(unit, sources.get(sourceOf(unit)));
      const why = doubtOf(unit);
      return why === undefined ? status : withDoubt(status, why);
    },
    doubtOf(key) {
      const unit = units.get(key);
      return unit === undefined ? undefined : doubtOf(unit);
    },
    keys() {
      sorted ??= Array.from(units)
        .filter(([, unit]) => isListed(unit))
        .map(([key]) => key)
        .toSorted();
      return sorted;
    },
    records: () => units.values(),
    clusters: () => [...clusters.values()],
    watchedBy: (cluster, epoch) => void owners.set(cluster, epoch),
    doubtCluster(cluster, why) {
      const record = clusters.get(cluster);
      if (why === undefined && record !== undefined) clusters.set(cluster, knownAt(record, now()));
      if (isSameDoubt(doubts.get(cluster), why)) return;
      if (why === undefined) doubts.delete(cluster);
      else doubts.set(cluster, why);
      tell([...units].filter(([, unit]) => unit.cluster === cluster).map(([key]) => key));
    },
    doubt: () => doubt,
    doubtAll(why) {
      if (isSameDoubt(doubt, why)) return;
      doubt = why;
      tell(units.keys());
    },
    sources: () => [...sources.values()].toSorted((a, b) => (a.source < b.source ? -1 : 1)),
    onDirty(listener) {
      return listeners.add(listener);
    },
  };
};
