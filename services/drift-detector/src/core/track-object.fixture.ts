// For tests only: a Job of ours in every state, each reached by events.
import type { InventoryItem } from "@evenkeel/contracts";
import { recordOf, toStoredRecord } from "@evenkeel/drift";
import { refOf } from "@evenkeel/resource";
import type { KubeObject } from "@evenkeel/resource";

import type { Answer, Moment } from "./object/object-event.ts";
import { newObject } from "./object/object-state.ts";
import type { ObjectState } from "./object/object-state.ts";
import { step } from "./track-object.ts";
import type { Effect, ObjectEvent } from "./track-object.ts";

const hashKey = "0".repeat(64);

interface Shape {
  readonly uid?: string;
  readonly ended?: boolean;
  readonly failed?: boolean;
  readonly deleted?: boolean;
}

/** The Job at one version; Git wants `git`. */
export const jobAt = (
  version: number,
  value: string,
  { uid = "u", ended, failed, deleted }: Shape = {},
): KubeObject => ({
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: {
    name: "a",
    namespace: "n",
    uid,
    resourceVersion: `${version}`,
    generation: version,
    ...(deleted === true ? { deletionTimestamp: "2026-11-30T00:00:00Z", finalizers: ["f"] } : {}),
    managedFields: [
      {
        manager: "evenkeel",
        operation: "Apply",
        apiVersion: "batch/v1",
        time: "2026-11-30T00:00:00Z",
        fieldsType: "FieldsV1",
        fieldsV1: { "f:spec": { "f:a": {} } },
      },
    ],
  },
  spec: { a: value },
  ...(ended === true ? { status: { conditions: [{ type: "Complete", status: "True" }] } } : {}),
  ...(failed === true ? { status: { conditions: [{ type: "Failed", status: "True" }] } } : {}),
});

export const rendered: KubeObject = {
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { name: "a", namespace: "n" },
  spec: { a: "git" },
};

/** Its entry in an inventory that was stored after a write at this version. */
export const itemAt = (version: number, absentSince?: Date): InventoryItem =>
  ({
    ref: refOf(rendered),
    apiVersion: "batch/v1",
    uid: "u",
    pending: false,
    absentSince,
    record: toStoredRecord(recordOf(jobAt(version, "git"), rendered, { desired: "digest", hashKey })),
  }) as unknown as InventoryItem;

/** Some time after the last event, with no run over the unit. */
export const idle: Moment = {
  now: new Date("2026-11-30T00:00:00Z"),
  context: { hashKey, masks: new Map(), versionsOrdered: true },
  isRunOpen: false,
  inventoryRevision: 1n,
  endedBefore: new Set(),
  degradedBefore: new Map(),
};
export const inRun: Moment = { ...idle, isRunOpen: true };

/** An event, or what is said to the question in hand. */
export type Happening = ObjectEvent | Answer;

const ANSWERS: ReadonlySet<string> = new Set<Answer["kind"]>([
  "caught-up",
  "other-form",
  "no-form",
  "merged",
  "refused",
  "read",
  "rules",
  "same-cluster",
  "paused",
  "failed",
]);
export const isAnswer = (what: Happening): what is Answer => ANSWERS.has(what.kind);

export const happen = (
  state: ObjectState,
  what: Happening,
  at: Moment,
): { readonly state: ObjectState; readonly effects: readonly Effect[] } =>
  step(state, isAnswer(what) ? { kind: "answer", turn: state.turn, answer: what } : what, at);

/** What a forced apply would make of it: `current` is how it is by now. */
export const merged = (current: KubeObject | undefined, dryVersion = current?.metadata.generation ?? 0): Answer => ({
  kind: "merged",
  body: rendered,
  dry: jobAt(dryVersion, "git"),
  current,
});
export const refused = (errorClass: "TRANSIENT" | "FORBIDDEN" | "INVALID", isHanging = false): Answer => ({
  kind: "refused",
  refusal: { errorClass, message: "no", retryAfterMs: undefined },
  isHanging,
  anew: undefined,
});
export const saysGone = (mode: "done" | "restore"): Answer => ({
  kind: "rules",
  desired: rendered,
  rules: [{ selector: {}, mode }],
});

const from = (before: ObjectState, ...happenings: readonly (readonly [Happening, Moment?])[]): ObjectState =>
  happenings.reduce((state, [what, at = idle]) => happen(state, what, at).state, before);

const unrecorded = newObject(refOf(rendered));
const unseen = from(unrecorded, [{ kind: "recorded", item: itemAt(10) }]);
const synced = from(unseen, [{ kind: "seen", object: jobAt(10, "git") }]);
const confirming = from(synced, [{ kind: "seen", object: jobAt(11, "hand") }]);
const asking = from(confirming, [{ kind: "caught-up" }]);
const checking = from(synced, [{ kind: "left", last: undefined }]);
const asksRules = from(checking, [{ kind: "read", object: undefined }]);
const asksCluster = from(asksRules, [saysGone("restore")]);

/** Every state that an object can be in, by what it stands for. */
export const states = {
  unrecorded,
  unseen,
  parked: from(synced, [{ kind: "seen", object: jobAt(11, "hand") }, inRun]),
  "in sync": synced,
  /** Recorded at a version whose event is still on the way. */
  awaited: from(synced, [{ kind: "recorded", item: itemAt(12) }]),
  confirming,
  asking,
  found: from(asking, [merged(jobAt(11, "hand"))]),
  doubted: from(asking, [refused("FORBIDDEN")]),
  "in deletion": from(synced, [{ kind: "seen", object: jobAt(11, "git", { deleted: true }) }]),
  /** It had ended, and is deleted: what Git says about that is being read. */
  ending: from(
    synced,
    [{ kind: "seen", object: jobAt(11, "git", { ended: true }) }],
    [{ kind: "seen", object: jobAt(12, "git", { ended: true, deleted: true }) }],
  ),
  "gone in a run": from(synced, [{ kind: "left", last: undefined }, inRun]),
  checking,
  missing: from(asksCluster, [{ kind: "same-cluster" }]),
  done: from(asksRules, [saysGone("done")]),
  surplus: from(
    confirming,
    [{ kind: "recorded", item: itemAt(10, new Date(0)) }],
    [{ kind: "look" }],
    [{ kind: "caught-up" }, inRun],
  ),
} as const satisfies Readonly<Record<string, ObjectState>>;
