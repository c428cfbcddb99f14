import type { AbsentObject, InventoryEntry } from "@evenkeel/apply";
import { ClaimState } from "@evenkeel/contracts";
import type { Claim, InventoryItem } from "@evenkeel/contracts";
import { isApiError } from "@evenkeel/kube";
import type { Kube } from "@evenkeel/kube";
import { splitApiVersion } from "@evenkeel/resource";
import type { KubeObject } from "@evenkeel/resource";

import type { Run } from "../run/admit.ts";
import { failureOf } from "../write/guard.ts";
import { isUnmarked } from "../plan/run-inventory.ts";
import { ClaimUnreadable } from "../claims/unreadable-claim.ts";

/** Another app has taken it over; until it is written the claim may still be given back. */
const isTakenOver = (claim: Claim | undefined): boolean =>
  claim !== undefined && (claim.state === ClaimState.HELD || claim.state === ClaimState.UNSPECIFIED);

/** Whether nothing on the cluster defines a kind that it does not serve: no CustomResourceDefinition, no other server. */
const isUndefined = async (kube: Kube, group: string, kind: string, signal: AbortSignal): Promise<boolean> => {
  const crds = await kube.listAll({ group: "apiextensions.k8s.io", kind: "CustomResourceDefinition" }, {}, signal);
  const defines = ({ spec }: KubeObject): boolean => {
    const { group: own, names } = spec as { readonly group?: string; readonly names?: { readonly kind?: string } };
    return own === group && names?.kind === kind;
  };
  if (crds.objects.some(defines)) return false;
  const services = await kube.listAll({ group: "apiregistration.k8s.io", kind: "APIService" }, {}, signal);
  return !services.objects.some(({ spec }) => {
    const { group: own, service } = spec as { readonly group?: string; readonly service?: object | null };
    return own === group && service !== undefined && service !== null;
  });
};

const kindOf = async ({ kube, signal }: Run, group: string, kind: string): Promise<"served" | "unsure" | "gone"> => {
  const { discovery } = kube;
  const found = discovery.resolve(group, kind);
  if (discovery.partialGroups.has(group)) return "unsure";
  if (found !== undefined) return "served";
  return (await isUndefined(kube, group, kind, signal)) ? "gone" : "unsure";
};

const ifServed = async <T>(read: Promise<T>): Promise<T | "kind-unknown"> => {
  try {
    return await read;
  } catch (error) {
    if (isApiError(error, "KIND_UNKNOWN")) return "kind-unknown";
    throw error;
  }
};

/** Reads one entry by itself: what cannot be read of one says nothing about the others. */
export const lookAtAbsent = async (
  run: Run,
  entry: InventoryEntry,
  item: InventoryItem | undefined,
): Promise<AbsentObject> => {
  const seen: AbsentObject = {
    entry,
    live: undefined,
    discovered: false,
    kindGone: false,
    claimedBy: undefined,
    takenOver: false,
    failure: undefined,
    unmarked: isUnmarked(item),
  };
  try {
    const claim = await run.deps.claims.ofOther(run.fact.unit, entry.ref, run.signal);
    const claimed = { ...seen, claimedBy: claim?.app, takenOver: isTakenOver(claim) };
    return await lookAtLive(run, claimed, item?.apiVersion ?? "");
  } catch (error) {
    if (!(error instanceof ClaimUnreadable)) throw error;
    return { ...seen, failure: { code: "OwnershipConflict", message: error.message, remedy: error.remedy } };
  }
};

const lookAtLive = async (run: Run, seen: AbsentObject, apiVersion: string): Promise<AbsentObject> => {
  const { ref } = seen.entry;
  const { group } = splitApiVersion(apiVersion);
  try {
    const before = await kindOf(run, group, ref.kind);
    if (before === "served") {
      const live = await ifServed(run.kube.getObject(ref, {}, run.signal));
      if (live !== "kind-unknown") return { ...seen, discovered: true, live };
    }
    await run.kube.discovery.refresh(run.signal);
    const kind = await kindOf(run, group, ref.kind);
    // Served again just now: the next look reads it.
    return { ...seen, kindGone: kind === "gone" };
  } catch (error) {
    if (!isApiError(error)) throw error;
    return { ...seen, failure: failureOf(ref, error, "read").reason };
  }
};
