import { judgeEvent } from "@evenkeel/drift";
import type { CandidateTest, EventContext, ObjectRecord } from "@evenkeel/drift";
import { OWN_ANNOTATIONS } from "@evenkeel/resource";
import type { KubeObject } from "@evenkeel/resource";

/** What one event asks for. */
export type Look =
  /** A write of ours is in progress, or is not yet in the inventory: look again when it is. */
  | { readonly kind: "park" }
  /** Older than what was recorded: the event of that state is still to come. */
  | { readonly kind: "older" }
  | { readonly kind: "in-sync"; readonly record: ObjectRecord }
  | { readonly kind: "terminating"; readonly since: string; readonly finalizers: readonly string[] }
  | { readonly kind: "confirm"; readonly test: CandidateTest };

const numberOf = (text: string | undefined): bigint => (text !== undefined && /^\d+$/.test(text) ? BigInt(text) : 0n);

/** Whether the stamps say that we wrote this after the record was made. */
const isOurLaterWrite = (object: KubeObject, { stamp }: ObjectRecord): boolean => {
  const annotations = object.metadata.annotations ?? {};
  return (
    numberOf(annotations[OWN_ANNOTATIONS.seq]) > numberOf(stamp.seq) ||
    numberOf(annotations[OWN_ANNOTATIONS.epoch]) > numberOf(stamp.epoch)
  );
};

/** Decides about one event, given the record and whether a run over its unit has an intent without an outcome. */
export const lookAtObject = (
  object: KubeObject,
  record: ObjectRecord | undefined,
  isRunOpen: boolean,
  context: EventContext,
): Look => {
  if (isRunOpen || record === undefined) return { kind: "park" };
  if (object.metadata.uid === record.uid && isOurLaterWrite(object, record)) return { kind: "park" };
  const judged = judgeEvent(record, object, context);
  switch (judged.kind) {
    case "stale":
      return object.metadata.resourceVersion === record.resourceVersion
        ? { kind: "in-sync", record }
        : { kind: "older" };
    case "in-sync":
      return judged;
    case "terminating":
      return judged;
    case "candidate":
      return { kind: "confirm", test: judged.test };
  }
};
