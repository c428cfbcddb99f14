import { formatRef } from "@evenkeel/words";
import type { ObjectRef } from "@evenkeel/words";

import type { Run } from "../run/admit.ts";

/** Whether this run's unit had applied an object of this name before: what has the name now is then drift, if not another's. */
export const wasOurs = ({ inventory }: Pick<Run, "inventory">, ref: ObjectRef): boolean =>
  (inventory.value?.items ?? []).some(
    (item) => item.uid !== "" && item.ref !== undefined && formatRef(item.ref) === formatRef(ref),
  );
