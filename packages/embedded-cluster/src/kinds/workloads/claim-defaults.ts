import type { ValueMap } from "../../json.ts";
import { roundResourceList } from "./resource-list-defaults.ts";
import { mapIn, fill } from "../../reading.ts";

/** Defaults of a PersistentVolumeClaim's spec, also inside StatefulSets and ephemeral volumes. */
export const applyClaimSpecDefaults = (spec: ValueMap): void => {
  fill(spec, "volumeMode", "Filesystem");
  roundResourceList(mapIn(spec, "resources", "limits"));
  roundResourceList(mapIn(spec, "resources", "requests"));
};
