import type { LiveObject } from "../../json.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import { countSpecChanges, startGeneration } from "../generation.ts";
import { applyTemplateDefaults, specOf } from "./pod-spec-defaults.ts";
import { formatSelector } from "./selector.ts";
import { replicasScale } from "./scale-subresource.ts";
import { statusOnly, usualResets } from "./status-subresource.ts";
import { mapAt, mapIn, numberAt, stringsAt, fill } from "../../reading.ts";

const applyDefaults = (object: LiveObject): void => {
  const spec = specOf(object);
  const labels = mapIn(spec, "template", "metadata", "labels");
  if (labels !== undefined) {
    if (Object.keys(stringsAt(spec, "selector")).length === 0) spec["selector"] = { ...labels };
    if (Object.keys(stringsAt(object.metadata, "labels")).length === 0) object.metadata["labels"] = { ...labels };
  }
  fill(spec, "replicas", 1);
  if (mapAt(spec, "template") !== undefined) applyTemplateDefaults(spec);
};

/** The older ReplicaSet: its selector is a plain map of labels. */
export const replicationControllerStrategy: KindStrategy = {
  applyDefaults,
  prepareForCreate: (object) => startGeneration(object, { replicas: 0 }),
  prepareForUpdate: countSpecChanges,
  status: statusOnly(),
  scale: {
    ...replicasScale,
    read: (object) => {
      const selector = mapIn(object, "spec", "selector");
      return {
        specReplicas: numberAt(mapAt(object, "spec"), "replicas") ?? 0,
        statusReplicas: numberAt(mapAt(object, "status"), "replicas") ?? 0,
        selector: selector === undefined ? "" : formatSelector({ matchLabels: selector }),
      };
    },
  },
  resetFields: usualResets,
  defaultPropagation: "orphan",
};
