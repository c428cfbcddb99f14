import type { InventoryItem } from "@evenkeel/contracts";
import { fromStoredRecord } from "@evenkeel/drift";

import { onward, quiet } from "./object-event.ts";
import type { Step } from "./object-event.ts";
import { versionOf } from "./object-state.ts";
import type { ObjectState } from "./object-state.ts";

/** Its inventory was stored: what it says of the object is judged if it is news. */
export const record = (before: ObjectState, item: InventoryItem): Step => {
  const isDesired = item.absentSince === undefined;
  const isWantedAgain = !before.isDesired && isDesired;
  const state: ObjectState = { ...before, isDesired };
  const stored = item.record === undefined ? "" : Object.values(item.record).join("\0") + item.uid;
  if (stored === before.stored) return isWantedAgain ? onward(state, { kind: "look" }) : quiet(state);
  const taken = item.record === undefined ? undefined : fromStoredRecord(item.record, item);
  const recorded: ObjectState = {
    ...state,
    stored,
    record: taken,
    written: item.record?.resourceVersion ?? "",
    isVerified: taken !== undefined && versionOf(state.sight) === taken.resourceVersion,
    ...(state.sight.kind === "done" ? { sight: { kind: "gone" } } : {}),
  };
  return onward(recorded, { kind: "look" });
};
