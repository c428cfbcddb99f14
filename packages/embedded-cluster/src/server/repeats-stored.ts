import { settleWritten } from "../custom/written-forms.ts";
import type { LiveObject } from "../json.ts";
import type { Call } from "./cluster-state.ts";
import { sameObject } from "./object-rules.ts";
import { keyOf } from "./store-object.ts";
import { textAt } from "../reading.ts";

/**
 * Brings an object that is to replace `live`, in place, into the form in which it will be read, and tells whether its
 * write would leave the store's bytes as they are: then it is none. To be asked once a write.
 */
export const repeatsStored = (call: Call, object: LiveObject, live: LiveObject, dryRun: boolean): boolean => {
  const { model, strategy } = call.kind;
  const { store, unsettled } = call.cluster;
  const key = keyOf(call, textAt(object.metadata, "name"));
  model.asStored?.(object);
  if (model.refreshStored !== undefined) {
    return settleWritten({ store, key, dryRun, refresh: model.refreshStored }, object, live);
  }
  const stored = store.get(key);
  const isSettled = stored === undefined || !unsettled.has(stored);
  return isSettled && strategy.readsOtherwise?.(object) !== true && sameObject(object, live);
};
