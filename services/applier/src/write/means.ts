import type { Stamp } from "@evenkeel/apply";
import type { ApplyCause, InventoryItem, Unit } from "@evenkeel/contracts";
import type { Application } from "@evenkeel/declarations";
import type { Kube } from "@evenkeel/kube";
import { formatRef } from "@evenkeel/words";
import type { ObjectRef } from "@evenkeel/words";
import type { Logger } from "@evenkeel/telemetry";

import { stampOf } from "../core/stamp-of.ts";
import { keyOfItem } from "../plan/inventories.ts";
import type { Run } from "../run/admit.ts";
import { callRetryMs } from "../core/retry-delay.ts";
import { guardWrite } from "./guard.ts";

/** All that a verb reaches: one cluster, as one user, behind the guard. Neither bus nor ledger, neither claims nor what is stored. */
export interface Means {
  readonly kube: Kube;
  /** Whom calls act as; empty: the connection. */
  readonly as: { readonly impersonate?: string };
  /** What is stamped on objects, and whose they are by that. */
  readonly stamp: Stamp;
  /** Stands before every single write; undefined means go on. */
  readonly guard: (ref: ObjectRef) => ReturnType<typeof guardWrite>;
  /** What the app says of its objects. */
  readonly spec: Application["spec"];
  /** What this unit had applied before the run, by formatRef. */
  readonly items: ReadonlyMap<string, InventoryItem>;
  readonly unit: Unit;
  readonly cause: ApplyCause;
  readonly recordKey: string;
  readonly log: Logger;
  /** Asks which cluster it is, for what was on it is gone. Throws OtherCluster. */
  readonly confirmCluster: () => Promise<void>;
  /** Whether the lease may still be held. */
  readonly isOwner: () => boolean;
  /** Time to the next try of a call, after so many. */
  readonly retryMs: (tries: number) => number;
  /** Waits, but not past the end of the run. */
  readonly pause: (ms: number) => Promise<void>;
  /** Ends when the run should stop at its next safe point. */
  readonly signal: AbortSignal;
  /** For requests that write. */
  readonly signalOfWrites: AbortSignal;
}

/** The means of a run's verbs. */
export const meansOf = (
  run: Omit<Run, "means" | "unanchored">,
  { cause, impersonate, confirmCluster }: Pick<Means, "cause" | "confirmCluster"> & Means["as"],
): Means => {
  const { deps, partition, fact, declared, kube, inventory, signal } = run;
  const { clock, telemetry, recordKey } = deps;
  return {
    kube,
    as: impersonate === undefined ? {} : { impersonate },
    stamp: stampOf(fact, fact.unit.appUid, deps.bus.installation, partition.lease.epoch),
    guard: (ref) => guardWrite(run, ref),
    spec: declared.app.spec,
    items: new Map((inventory.value?.items ?? []).map((item) => [keyOfItem(item), item])),
    unit: fact.unit,
    cause,
    recordKey,
    log: telemetry.log,
    confirmCluster,
    isOwner: () => partition.lease.live(),
    retryMs: (tries) => callRetryMs(tries, deps.rng.chance()),
    pause: (ms) => clock.sleep(ms, signal).catch(() => {}),
    signal,
    signalOfWrites: partition.signalOfWrites,
  };
};

/** Whether this run's unit had applied an object of this name before: what has the name now is then drift, if not another's. */
export const wasOurs = ({ items }: Pick<Means, "items">, ref: ObjectRef): boolean =>
  (items.get(formatRef(ref))?.uid ?? "") !== "";
