import type { DesiredStateChanged, Inventory } from "@evenkeel/contracts";
import { aggregate, worseFirst } from "@evenkeel/health";
import type { Health } from "@evenkeel/health";
import { describeRef, formatRef } from "@evenkeel/words";
import type { HealthStatus, ObjectRef, SyncStatus } from "@evenkeel/words";

import { syncOf } from "./object/found.ts";
import type { Found } from "./object/found.ts";

/** What the summary needs to know of one object. */
export interface ObjectView {
  readonly ref: ObjectRef;
  /** False: it left desired and waits to be pruned. */
  readonly isDesired: boolean;
  readonly isSeen: boolean;
  readonly finding: Found | undefined;
  readonly health: Health | undefined;
  /** Why its kind cannot be watched; "" while it can. */
  readonly blind: string;
}

export interface Unhealthy {
  readonly ref: ObjectRef;
  readonly health: HealthStatus;
  readonly message: string;
}

/** How a unit stands; two equal ones are told once. */
export interface Summary {
  readonly sync: SyncStatus;
  readonly health: HealthStatus;
  readonly message: string;
  /** A run in progress is about to change this: not worth telling at once. */
  readonly isTransitional: boolean;
  readonly unhealthy: readonly Unhealthy[];
  readonly objectCount: number;
}

/** Told in detail, of each list. */
const SHOWN = 20;

const healthOfView = (view: ObjectView): Health => {
  if (view.finding?.verdict === "MISSING")
    return { status: "Missing", reason: "Missing", message: "it does not exist" };
  return view.health ?? { status: "Unknown", reason: "NotSeen", message: "it has not been seen yet" };
};

interface Standing {
  readonly sync: SyncStatus;
  readonly message: string;
  readonly isTransitional: boolean;
}
const lasting = (sync: SyncStatus, message: string): Standing => ({ sync, message, isTransitional: false });
const passing = (sync: SyncStatus, message: string): Standing => ({ sync, message, isTransitional: true });

const syncStatus = (
  desired: DesiredStateChanged | undefined,
  inventory: Inventory | undefined,
  objects: readonly ObjectView[],
): Standing => {
  if (desired === undefined) return lasting("Unknown", "no desired state is known");
  if (inventory === undefined) return passing("OutOfSync", "not applied yet");
  if (inventory.digest !== desired.digest || !inventory.complete) {
    return passing("OutOfSync", "the newest desired state is not applied in full");
  }
  const wanted = objects.filter(({ isDesired }) => isDesired);
  const drifted = wanted.filter(({ finding }) => finding !== undefined && syncOf(finding.verdict) === "OutOfSync");
  const [first] = drifted;
  if (first !== undefined) {
    const more = drifted.length > 1 ? ` and ${drifted.length - 1} more` : "";
    return lasting("OutOfSync", `${describeRef(first.ref)} (${first.finding?.verdict})${more}`);
  }
  const blind = wanted.find((object) => object.blind !== "");
  if (blind !== undefined) return lasting("Unknown", `${blind.ref.kind} cannot be watched: ${blind.blind}`);
  const unclear = wanted.find(({ finding }) => finding !== undefined && syncOf(finding.verdict) === "Unknown");
  if (unclear !== undefined) return lasting("Unknown", `${describeRef(unclear.ref)}: ${unclear.finding?.detail}`);
  const unseen = wanted.filter((object) => !object.isSeen && object.finding === undefined);
  if (unseen.length > 0) return passing("Unknown", `${unseen.length} objects not seen since the apply`);
  const surplus = objects.length - wanted.length;
  if (surplus > 0) return lasting("OutOfSync", `${surplus} objects are no longer desired and wait to be pruned`);
  return lasting("Synced", "");
};

/** Sums up one unit. Synced only when every object was seen equal, after the apply, at the newest desired. */
export const summariseUnit = (
  desired: DesiredStateChanged | undefined,
  inventory: Inventory | undefined,
  objects: readonly ObjectView[],
): Summary => {
  const healths = objects.filter(({ isDesired }) => isDesired).map((view) => ({ view, health: healthOfView(view) }));
  const unhealthy = healths
    .filter(({ health }) => health.status !== "Healthy")
    .map(({ view, health }) => ({
      ref: view.ref,
      health: health.status,
      message: [health.reason, health.message].filter((text) => text !== "").join(": "),
    }))
    .toSorted((a, b) => worseFirst(a.health, b.health) || (formatRef(a.ref) < formatRef(b.ref) ? -1 : 1));
  // A unit that was never applied has no objects yet: that is no sign of health.
  const isNothingKnown = healths.length === 0 && (desired?.objectCount ?? 0) > 0;
  return {
    ...syncStatus(desired, inventory, objects),
    health: isNothingKnown ? "Unknown" : aggregate(healths.map(({ health }) => health)),
    unhealthy: unhealthy.slice(0, SHOWN),
    objectCount: objects.length,
  };
};
