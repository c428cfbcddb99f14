import type { Later } from "@evenkeel/async";
import type { ApprovedPlan } from "@evenkeel/apply";
import type { Lease } from "@evenkeel/bus";
import type { DesiredStateChanged, UnitVersion } from "@evenkeel/contracts";
import { encodeToken } from "@evenkeel/contracts";
import type { Kube } from "@evenkeel/kube";

import type { HeldAnchor } from "../cluster/anchors.ts";
import type { RunReport } from "../run/applied-fact.ts";
import type { DriftPace } from "../correct/drift-pace.ts";
import type { HangingWebhooks } from "../cluster/hanging-webhooks.ts";
import type { Inventories } from "../plan/inventories.ts";
import type { KeptObject } from "../plan/kept-fields.ts";
import type { LedgerChain } from "../ledger/ledger-chain.ts";
import type { Refused } from "../refused/still-refused.ts";
import type { UnitLanes } from "./unit-lanes.ts";

/** A desired that has all that a run needs. */
export type Desired = DesiredStateChanged & {
  readonly unit: NonNullable<DesiredStateChanged["unit"]>;
  readonly version: UnitVersion;
};

/** A desired and its stream sequence. */
export interface Newest {
  readonly desired: Desired;
  readonly sequence: number;
}

/** A cluster as it was reached: its name, the UID of its kube-system, and the way to no other one. */
export interface ReachedCluster {
  readonly name: string;
  readonly uid: string;
  /** Throws OtherCluster, and sends nothing, once another cluster is there. */
  readonly kube: Kube;
  /** Asks again which one it is, for what stood there is gone. Throws OtherCluster. */
  readonly confirm: (signal: AbortSignal) => Promise<void>;
}

/** What is not pruned yet, and the plan that an Approval would name. */
export type Parked = Required<Pick<RunReport, "parked" | "planDigest">>;

/** One partition while its lease is held: what is known about its units, and who may write them. */
export interface Partition {
  readonly number: number;
  readonly lease: Lease;
  readonly chain: LedgerChain;
  readonly inventories: Inventories;
  readonly lanes: UnitLanes;
  /** Looks that are due, by unit key: a restart finds them again by the sweep of its units. */
  readonly later: Later<string>;
  /** Newest desired of each unit, by unit key: newest in the stream, whatever its version says. */
  readonly newest: Map<string, Newest>;
  /** Failed looks in a row, by unit key. */
  readonly attempts: Map<string, number>;
  /** How often units of a cluster were woken, by its name: one that came during a look is not lost on it. */
  readonly wakes: Map<string, number>;
  /** What the last look could not write, by unit key. */
  readonly refused: Map<string, Refused>;
  /** What the last look parked of units whose prune waits for an Approval or a proof, by unit key. */
  readonly parked: Map<string, Parked>;
  /** Fields that have left Git and stay since others have them, by unit key. */
  readonly kept: Map<string, readonly KeptObject[]>;
  /** The plan that an Approval named last, and its deletions, by unit key: they may take more than one look. */
  readonly approvedPlans: Map<string, ApprovedPlan>;
  /** Deletions that a version of a unit has used up, and the objects that it had before them, by unit key. */
  readonly deletions: Map<string, { readonly version: string; readonly count: number; readonly of: number }>;
  /** When drift is put back that was put back before, or could not be. */
  readonly pace: DriftPace;
  readonly hangs: HangingWebhooks;
  /** Ends when the partition is given up, for whatever reason. */
  readonly signal: AbortSignal;
  /** For requests that write: ends only when the lease is truly gone, so that a stop lets what was sent be answered. */
  readonly signalOfWrites: AbortSignal;
  /**
   * The anchor of a cluster, taken over at first use, and anew where the API server is another one. Throws ApiError,
   * LeaseLost, AuditUnavailable, AnchorDamaged, OtherCluster.
   */
  anchorOf(cluster: ReachedCluster, placement: bigint): Promise<HeldAnchor>;
  /** Something was made or changed hands on a cluster that other units may wait for: those that wait are looked at now. */
  wakeCluster(cluster: string): void;
  /** Nothing of what was applied is on a cluster that took the place of another: all its units are looked at. */
  lookAtAll(cluster: string): void;
  /** A new name for a run. */
  nextRun(): string;
}

/** Key of a unit in the maps of its partition, and in the mailbox. */
export const unitKey = (unit: { readonly cluster: string; readonly app: string }): string =>
  `${encodeToken(unit.cluster)}/${encodeToken(unit.app)}`;

/** It failed, or a proof is missing: another unit of its cluster may change that. */
export const waitsForOthers = ({ attempts, parked }: Partition, key: string): boolean =>
  attempts.has(key) || parked.get(key)?.parked.some(({ reason }) => reason.code === "PruneUnproven") === true;

/** Keeps a desired that was delivered or seen, tells a run over an older one to stop, and gives the newest known. */
export const keepNewest = (partition: Partition, desired: Desired, sequence: number): Desired => {
  const key = unitKey(desired.unit);
  const known = partition.newest.get(key);
  if (known !== undefined && known.sequence > sequence) return known.desired;
  partition.newest.set(key, { desired, sequence });
  partition.lanes.supersede(key, desired.cause);
  if (known?.desired.cause !== desired.cause) {
    partition.attempts.delete(key);
    partition.refused.delete(key);
  }
  return desired;
};

/** A desired with its unit and version, or undefined: then the message is not usable. */
export const usable = (fact: DesiredStateChanged): Desired | undefined => {
  const { unit, version } = fact;
  return unit === undefined || version === undefined ? undefined : { ...fact, unit, version };
};
