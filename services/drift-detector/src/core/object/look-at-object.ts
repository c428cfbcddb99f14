import { decideEvent } from "@evenkeel/drift";
import type { CandidateTest, EventContext, ObjectRecord } from "@evenkeel/drift";
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

/**
 * Decides about one event, given the record and whether a run over its unit has an intent without an outcome. Nothing that
 * stands on the object says that we wrote it: stamps, labels and managedFields can be written by anybody.
 */
export const lookAtObject = (
  object: KubeObject,
  record: ObjectRecord | undefined,
  isRunOpen: boolean,
  context: EventContext,
): Look => {
  if (isRunOpen || record === undefined) return { kind: "park" };
  const judged = decideEvent(record, object, context);
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
