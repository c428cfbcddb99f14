import type { KindStrategy, ScaleView } from "../kind-strategy.ts";
import { formatRequirements, requirementsOf } from "../validation/label-selector.ts";
import { mapAt, mapIn, ensureMap, numberAt } from "../../reading.ts";

/** The scale endpoint of the kinds that keep `spec.replicas`, `status.replicas` and a label selector. */
export const replicasScale: NonNullable<KindStrategy["scale"]> = {
  read: (object): ScaleView => ({
    specReplicas: numberAt(mapAt(object, "spec"), "replicas") ?? 0,
    statusReplicas: numberAt(mapAt(object, "status"), "replicas") ?? 0,
    selector: formatRequirements(requirementsOf(mapIn(object, "spec", "selector")) ?? []),
  }),
  write: (object, replicas) => {
    ensureMap(object, "spec")["replicas"] = replicas;
  },
};
