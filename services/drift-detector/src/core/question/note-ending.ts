import { hasEnded, healthOf } from "@evenkeel/health";
import type { KubeObject } from "@evenkeel/resource";

import type { ObjectState } from "../object/object-state.ts";

/** Keeps whether an object has ended, and how: its deletion, which may follow at once, hides that. */
export const noteEnding = (state: ObjectState, object: KubeObject, now: Date): ObjectState => {
  const isOver = hasEnded(object);
  const { deletionTimestamp: _hidden, ...metadata } = object.metadata;
  return {
    ...state,
    ending: { uid: object.metadata.uid ?? "", state: isOver ? "ended" : "going-on" },
    lastHealth: isOver ? healthOf({ ...object, metadata }, now) : state.lastHealth,
  };
};
