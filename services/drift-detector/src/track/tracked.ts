import type { DesiredStateChanged, Finding, Inventory, Unit } from "@evenkeel/contracts";
import type { DriftPolicy, ObjectRef } from "@evenkeel/words";

import type { Found } from "../core/object/found.ts";
import { newObject } from "../core/object/object-state.ts";
import type { ObjectState } from "../core/object/object-state.ts";

/** One object of an inventory, and the unit that it is of. */
export interface Tracked {
  readonly ref: ObjectRef;
  readonly of: TrackedUnit;
  apiVersion: string;
  state: ObjectState;
}

/** One unit, with what was last told of it. */
export interface TrackedUnit {
  readonly unit: Unit;
  desired: DesiredStateChanged | undefined;
  policy: DriftPolicy;
  /** Digest of the declarations that `policy` was read from, or is being read. */
  policyFrom: string;
  inventory: Inventory | undefined;
  inventoryRevision: bigint;
  /** Runs with an intent and without an outcome. */
  readonly openRuns: Set<string>;
  /** The inventory of a finished run is still on its way below this revision. */
  awaitedRevision: bigint;
  readonly objects: Map<string, Tracked>;
  readonly published: Published;
  /** Told before a restart: uids of objects that had ended, and what of the unit was degraded, by ref. */
  endedBefore: ReadonlySet<string>;
  degradedBefore: ReadonlyMap<string, string>;
  /** Since when its summary says what a run in progress is about to change. */
  transitionalSince: number | undefined;
}

/** A finding as published; `found` is missing after a restart. */
export interface PublishedFinding {
  readonly fact: Finding;
  readonly found: Found | undefined;
}

export interface Published {
  /** By ref. */
  findings: ReadonlyMap<string, PublishedFinding>;
  /** Cause of the last DriftDetected: names its trace, which its end belongs to. */
  driftCause: string;
  /** The policy that the findings were told with. */
  policy: DriftPolicy;
  /** The last summary, as text. */
  health: string;
}

export const newUnit = (unit: Unit): TrackedUnit => ({
  unit,
  desired: undefined,
  policy: "report", // until the declaration is read: the reading that writes less
  policyFrom: "",
  inventory: undefined,
  inventoryRevision: 0n,
  openRuns: new Set(),
  awaitedRevision: 0n,
  objects: new Map(),
  published: { findings: new Map(), driftCause: "", policy: "report", health: "" },
  endedBefore: new Set(),
  degradedBefore: new Map(),
  transitionalSince: undefined,
});

export const newTracked = (ref: ObjectRef, of: TrackedUnit): Tracked => ({
  ref,
  of,
  apiVersion: "",
  state: newObject(ref),
});

/** Whether a run over this unit may be writing now, or its inventory is not here yet. */
export const isRunOpen = (unit: TrackedUnit): boolean =>
  unit.openRuns.size > 0 || unit.inventoryRevision < unit.awaitedRevision;
