import type { KubeObject } from "@evenkeel/resource";

import { managersOf } from "./differing-managers.ts";
import type { Attribution } from "./differing-managers.ts";
import { FieldsRefused, compileMask, showPath } from "./field-mask.ts";
import type { MaskNode } from "./field-mask.ts";
import { fingerprintFor, linesOf } from "./fingerprint.ts";
import { ABSENT, emptyLeaves, orderOf, valuesOf } from "./mask-values.ts";
import { isRekeyed, stateOf } from "./object-record.ts";
import type { ObjectRecord } from "./object-record.ts";
import { ownEntry } from "./owned-entry.ts";
import { showValue } from "./show-value.ts";
import type { Difference } from "./show-value.ts";

export interface DriftQuestion {
  readonly record: ObjectRecord;
  /** The body of the last apply, as sent. */
  readonly body: KubeObject;
  /** The server's answer to that body with `force=true&dryRun=All`. */
  readonly dry: KubeObject;
  /** The object as it is. */
  readonly live: KubeObject;
  readonly hashKey: string;
}

export type DriftDecision =
  /** Live is not what the dry-run merged on: read again. */
  | { readonly verdict: "REQUEUE" }
  | {
      readonly verdict: "DRIFT";
      readonly differences: readonly Difference[];
      readonly managers: readonly Attribution[];
    }
  /** Values are equal, ownership was lost. */
  | { readonly verdict: "OWN"; readonly managers: readonly Attribution[] }
  /** A keyed list was reordered, and this server does not restore order. */
  | {
      readonly verdict: "ORDER";
      readonly differences: readonly Difference[];
      readonly managers: readonly Attribution[];
    }
  /** No difference: the record is taken anew from live. */
  | { readonly verdict: "IN_SYNC"; readonly record: ObjectRecord }
  | { readonly verdict: "UNVERIFIABLE"; readonly reason: string };

/** The paths of `a` at which the two differ. */
export const differing = (a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): readonly string[] =>
  [...a.keys()].filter((path) => a.get(path) !== b.get(path));

/** The differences at these paths, fit to be shown. */
export const differencesAt = (
  paths: readonly string[],
  desired: ReadonlyMap<string, string>,
  live: ReadonlyMap<string, string>,
  object: KubeObject,
): readonly Difference[] =>
  paths.map((path) => ({
    path: showPath(path),
    desired: showValue(object, path, desired.get(path) ?? ABSENT),
    live: showValue(object, path, live.get(path) ?? ABSENT),
  }));

const orderDifferences = (
  paths: readonly string[],
  desired: ReadonlyMap<string, string>,
  live: ReadonlyMap<string, string>,
): readonly Difference[] =>
  paths.map((path) => ({
    path: `${showPath(path)} (order)`,
    desired: JSON.stringify(desired.get(path) ?? ""),
    live: JSON.stringify(live.get(path) ?? ""),
  }));

/** Ownership without the leaves that are empty in desired: losing one of those to a filled value is not a loss. */
const ownedPaths = (mask: MaskNode, empty: ReadonlySet<string>): string =>
  linesOf(new Map([...valuesOf(mask, {}, new Set()).keys()].filter((path) => !empty.has(path)).map((p) => [p, ""])));

const judge = ({ record, body, dry, live, hashKey }: DriftQuestion): DriftDecision => {
  if (dry.metadata.resourceVersion !== live.metadata.resourceVersion) return { verdict: "REQUEUE" };
  const dryEntry = ownEntry(dry);
  if (dryEntry === undefined) return { verdict: "UNVERIFIABLE", reason: "the server keeps no managedFields for us" };
  const mask = compileMask(dryEntry.fieldsV1);
  const desiredValues = valuesOf(mask, dry);
  const liveValues = valuesOf(mask, live);
  const paths = differing(desiredValues, liveValues);
  if (paths.length > 0) {
    const differences = differencesAt(paths, desiredValues, liveValues, live);
    return { verdict: "DRIFT", differences, managers: managersOf(live, paths, record.time) };
  }
  const liveEntry = ownEntry(live);
  const empty = new Set([...record.empty, ...emptyLeaves(mask, body)]);
  const isOwned =
    liveEntry !== undefined &&
    liveEntry.apiVersion === dryEntry.apiVersion &&
    ownedPaths(compileMask(liveEntry.fieldsV1), empty) === ownedPaths(mask, empty);
  if (!isOwned) return { verdict: "OWN", managers: managersOf(live, [], record.time) };
  const desiredOrder = orderOf(mask, dry);
  const liveOrder = orderOf(mask, live);
  const reordered = differing(desiredOrder, liveOrder);
  const managers = managersOf(live, [], record.time);
  if (reordered.length > 0) {
    return { verdict: "DRIFT", differences: orderDifferences(reordered, desiredOrder, liveOrder), managers };
  }
  const isReordered = fingerprintFor(live, hashKey)(linesOf(liveOrder)) !== record.order;
  if (isReordered && !isRekeyed(record, live, hashKey)) {
    return { verdict: "ORDER", differences: orderDifferences([...liveOrder.keys()], new Map(), liveOrder), managers };
  }
  const state = stateOf(live, empty, hashKey, new Map());
  if (state === undefined) return { verdict: "UNVERIFIABLE", reason: "the server keeps no managedFields for us" };
  const { uid, resourceVersion, generation } = live.metadata;
  return {
    verdict: "IN_SYNC",
    record: {
      ...record,
      ...state,
      uid: uid ?? record.uid,
      resourceVersion: resourceVersion ?? record.resourceVersion,
      generation: generation ?? 0,
      empty: [...empty],
    },
  };
};

/** Compares server output with server output: what a forced apply would make against what is. */
export const decideDrift = (question: DriftQuestion): DriftDecision => {
  try {
    return judge(question);
  } catch (error) {
    if (error instanceof FieldsRefused) return { verdict: "UNVERIFIABLE", reason: error.message };
    throw error;
  }
};
