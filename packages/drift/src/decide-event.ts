import { splitApiVersion } from "@evenkeel/resource";
import type { KubeObject } from "@evenkeel/resource";

import { FieldsRefused } from "./field-mask.ts";
import { fingerprintFor, metaText } from "./fingerprint.ts";
import { isRekeyed, stateOf } from "./object-record.ts";
import type { MaskCache, ObjectRecord } from "./object-record.ts";
import { ownEntry } from "./owned-entry.ts";

/** Why an event is not plainly in sync; only a dry-run makes drift of it. */
export type CandidateTest = "recreated" | "rekeyed" | "ownership" | "values" | "order" | "unmanaged";

export type EventDecision =
  /** Our own echo, or older than what was seen: nothing to learn. */
  | { readonly kind: "stale" }
  /** All that we own is as recorded; the record moves on to this state. */
  | { readonly kind: "in-sync"; readonly record: ObjectRecord }
  | { readonly kind: "terminating"; readonly since: string; readonly finalizers: readonly string[] }
  | { readonly kind: "candidate"; readonly test: CandidateTest };

export interface EventContext {
  readonly hashKey: string;
  readonly masks: MaskCache;
  /** The server compares resourceVersions by order (1.35 and later), within one incarnation of the cluster. */
  readonly versionsOrdered: boolean;
}

/** Groups whose `generation` rises with every change of the spec; status and nothing else leaves it as it is. */
const GENERATION_TRUSTED: Readonly<Record<string, readonly string[] | "all">> = {
  apps: "all",
  batch: "all",
  "networking.k8s.io": ["Ingress", "NetworkPolicy"],
  policy: ["PodDisruptionBudget"],
};

const trustsGeneration = (object: KubeObject): boolean => {
  const { group } = splitApiVersion(object.apiVersion);
  const kinds = Object.hasOwn(GENERATION_TRUSTED, group) ? GENERATION_TRUSTED[group] : undefined;
  const isCustom = group.includes(".") && !group.endsWith(".k8s.io");
  return isCustom || kinds === "all" || (kinds?.includes(object.kind) ?? false);
};

const isOlder = (version: string, than: string): boolean =>
  /^\d+$/.test(version) && /^\d+$/.test(than) && BigInt(version) < BigInt(than);

const seen = (record: ObjectRecord, object: KubeObject): Pick<ObjectRecord, "resourceVersion" | "generation"> => ({
  resourceVersion: object.metadata.resourceVersion ?? record.resourceVersion,
  generation: object.metadata.generation ?? 0,
});

/** The two local tests of one object against its record, without a call. */
export const decideEvent = (record: ObjectRecord, object: KubeObject, context: EventContext): EventDecision => {
  const { metadata } = object;
  if (metadata.deletionTimestamp !== undefined) {
    return { kind: "terminating", since: metadata.deletionTimestamp, finalizers: metadata.finalizers ?? [] };
  }
  if (metadata.uid !== record.uid) return { kind: "candidate", test: "recreated" };
  const version = metadata.resourceVersion ?? "";
  if (version === record.resourceVersion) return { kind: "stale" };
  if (context.versionsOrdered && isOlder(version, record.resourceVersion)) return { kind: "stale" };
  if (record.mode === "legacy") return { kind: "candidate", test: "unmanaged" };
  if (isRekeyed(record, object, context.hashKey)) return { kind: "candidate", test: "rekeyed" };
  const entry = ownEntry(object);
  if (entry === undefined) return { kind: "candidate", test: "ownership" };
  if (trustsGeneration(object) && metadata.generation === record.generation && entry.time === record.time) {
    const meta = fingerprintFor(object, context.hashKey)(metaText(object));
    if (meta === record.meta) return { kind: "in-sync", record: { ...record, ...seen(record, object) } };
  }
  try {
    const now = stateOf(object, new Set(record.empty), context.hashKey, context.masks);
    if (now?.own !== record.own) return { kind: "candidate", test: "ownership" };
    if (now.values !== record.values) return { kind: "candidate", test: "values" };
    if (now.order !== record.order) return { kind: "candidate", test: "order" };
    return { kind: "in-sync", record: { ...record, ...seen(record, object), meta: now.meta, time: now.time } };
  } catch (error) {
    if (error instanceof FieldsRefused) return { kind: "candidate", test: "unmanaged" };
    throw error;
  }
};
