import type { Call } from "./cluster-state.ts";
import { notFound } from "./status.ts";
import { type Shown, keyOf } from "./store-object.ts";

/** GET of one object, as it is now, whatever version is asked for. */
export const getObject = (call: Call): Shown => {
  const stored = call.cluster.store.get(keyOf(call, call.name));
  if (stored === undefined) throw notFound(call.resource, call.name);
  return stored;
};
