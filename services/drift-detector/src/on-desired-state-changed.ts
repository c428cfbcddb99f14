import type { DesiredStateChanged } from "@evenkeel/contracts";

import type { ClusterInputs } from "./track/inputs.ts";

/** A unit is desired to be another one: its summary compares with that from now on. */
export const onDesiredStateChanged =
  ({ cluster, table, touch }: ClusterInputs) =>
  (fact: DesiredStateChanged): void => {
    if (fact.unit?.cluster !== cluster) return;
    const unit = table.unitOf(fact.unit);
    unit.desired = fact;
    touch(unit);
  };
