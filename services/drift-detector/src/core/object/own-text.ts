import { stateOf } from "@evenkeel/drift";
import type { EventContext } from "@evenkeel/drift";
import { canonicalJson } from "@evenkeel/resource";
import type { Json, KubeObject } from "@evenkeel/resource";

import type { ObjectState } from "./object-state.ts";

/** What of an object is ours, as text; "" where that cannot be told. */
export const ownText = (object: KubeObject, { record }: ObjectState, { hashKey, masks }: EventContext): string => {
  try {
    const state = stateOf(object, new Set(record?.empty), hashKey, masks);
    if (state === undefined) return "";
    return canonicalJson([object.metadata.uid ?? "", state.own, state.values, state.order] as Json);
  } catch {
    return "";
  }
};
