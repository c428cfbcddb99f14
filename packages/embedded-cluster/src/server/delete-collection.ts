import type { Call } from "./cluster-state.ts";
import { deleteOne, warnOfOrphans } from "./delete.ts";
import { deleteOptions } from "./delete-options.ts";
import { listPage } from "./list.ts";
import { listOptions } from "./list-options.ts";
import type { Representation } from "./media-types.ts";
import { presentList } from "./present.ts";
import { ApiRefusal } from "./status.ts";

/** DELETE of a collection: answers the list of what was there. */
export const deleteCollection = (call: Call, as: Representation): string => {
  const { items, metadata } = listPage(call, listOptions(call, false));
  const options = deleteOptions(call);
  warnOfOrphans(call, options);
  for (const { key } of items) {
    try {
      deleteOne({ ...call, namespace: key.namespace, name: key.name }, key.name, options);
    } catch (error) {
      if (!(error instanceof ApiRefusal && error.reason === "NotFound")) throw error;
    }
  }
  return presentList(
    call,
    items.map(({ json }) => json),
    metadata,
    as,
  );
};
