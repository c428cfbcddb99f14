import type { DesiredStateChanged, Finding, Inventory, Unit } from "@evenkeel/contracts";
import type { ObjectRecord } from "@evenkeel/drift";
import type { Health } from "@evenkeel/health";
import type { KubeObject, ObjectRef } from "@evenkeel/resource";
import type { DriftPolicy } from "@evenkeel/words";

import type { Found } from "./core/found.ts";
import type { LastSeen } from "./core/is-done.ts";

/** One object of an inventory, as the detector knows it. Memory only; rebuilt by one list. */
export interface Tracked {
  readonly ref: ObjectRef;
  readonly of: TrackedUnit;
  apiVersion: string;
  record: ObjectRecord | undefined;
  /** Still in the newest desired; else it waits to be pruned. */
  isDesired: boolean;
  /** The stored form that `record` came from; the record itself may have moved on by itself. */
  stored: string;
  /** Kept only while unresolved: parked, to be confirmed, or with an open finding. */
  live: KubeObject | undefined;
  /** resourceVersion last seen; "" = never, or gone. */
  seenVersion: string;
  isGone: boolean;
  /** Gone, and not missing: it has ended. */
  isDone: boolean;
  /** Whether the object of this uid had ended when it was last seen. */
  ending: { readonly uid: string; readonly state: LastSeen };
  /** Seen equal, at or after the apply. */
  isVerified: boolean;
  finding: Found | undefined;
  /** What of ours the finding was confirmed on: the same again needs no other dry-run. */
  confirmedState: string;
  /** How often in a row it could not be judged. */
  looks: number;
  /** Its last dry-run was not answered in time: the next one waits behind those of others. */
  isHanging: boolean;
  health: Health | undefined;
  /** How it had ended when it was last seen. */
  lastHealth: Health | undefined;
  /** Kept while time alone may change how it is judged, with when that state was first seen. */
  waiting: { readonly object: KubeObject; readonly seen: Date } | undefined;
  /** resourceVersion of our last write, as the applier recorded it; tells who ended a drift. */
  written: string;
  /** When the event arrived that is being judged. */
  eventAt: Date | undefined;
  isConfirming: boolean;
  confirmAgain: boolean;
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
  readonly told: Told;
  /** Told before a restart: uids of objects that had ended, and what of the unit was degraded, by ref. */
  endedBefore: ReadonlySet<string>;
  degradedBefore: ReadonlyMap<string, string>;
  /** Since when its summary says what a run in progress is about to change. */
  transitionalSince: number | undefined;
}

/** A finding as published; `found` is missing after a restart. */
export interface ToldFinding {
  readonly fact: Finding;
  readonly found: Found | undefined;
}

export interface Told {
  /** By ref. */
  findings: ReadonlyMap<string, ToldFinding>;
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
  told: { findings: new Map(), driftCause: "", policy: "report", health: "" },
  endedBefore: new Set(),
  degradedBefore: new Map(),
  transitionalSince: undefined,
});

export const newTracked = (ref: ObjectRef, of: TrackedUnit): Tracked => ({
  ref,
  of,
  apiVersion: "",
  record: undefined,
  isDesired: true,
  stored: "",
  live: undefined,
  seenVersion: "",
  isGone: false,
  isDone: false,
  ending: { uid: "", state: "unseen" },
  isVerified: false,
  finding: undefined,
  confirmedState: "",
  looks: 0,
  isHanging: false,
  health: undefined,
  lastHealth: undefined,
  waiting: undefined,
  written: "",
  eventAt: undefined,
  isConfirming: false,
  confirmAgain: false,
});

/** Whether a run over this unit may be writing now, or its inventory is not here yet. */
export const isRunOpen = (unit: TrackedUnit): boolean =>
  unit.openRuns.size > 0 || unit.inventoryRevision < unit.awaitedRevision;
