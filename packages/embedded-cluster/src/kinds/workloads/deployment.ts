import type { LiveObject } from "../../json.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import { continueGeneration, startGeneration } from "../generation.ts";
import { applyTemplateDefaults, specOf } from "./pod-spec-defaults.ts";
import { keepSelector, validateSelector } from "./selector-rules.ts";
import { replicasScale } from "./scale-subresource.ts";
import { statusOnly } from "./status-subresource.ts";
import { mapAt, ensureMap, fill, fillZero } from "../../reading.ts";
import { sameMeaning } from "../../equal.ts";

const applyDefaults = (object: LiveObject): void => {
  const spec = specOf(object);
  fill(spec, "replicas", 1);
  const strategy = ensureMap(spec, "strategy");
  fillZero(strategy, "type", "RollingUpdate");
  if (strategy["type"] === "RollingUpdate") {
    const rollingUpdate = ensureMap(strategy, "rollingUpdate");
    fill(rollingUpdate, "maxUnavailable", "25%");
    fill(rollingUpdate, "maxSurge", "25%");
  }
  fill(spec, "revisionHistoryLimit", 10);
  fill(spec, "progressDeadlineSeconds", 600);
  applyTemplateDefaults(spec);
};

const usual = statusOnly();

export const deploymentStrategy: KindStrategy = {
  applyDefaults,
  prepareForCreate: (object) => startGeneration(object, {}),
  // Annotations count: the controller copies them to the ReplicaSets.
  prepareForUpdate: (object, old) =>
    continueGeneration(
      object,
      old,
      !sameMeaning(object["spec"], old["spec"]) ||
        !sameMeaning(mapAt(object.metadata, "annotations") ?? {}, mapAt(old.metadata, "annotations") ?? {}),
    ),
  validateCreate: validateSelector,
  validateUpdate: (object, old) => [...validateSelector(object), ...keepSelector(object, old)],
  status: {
    ...usual,
    prepareForUpdate: (object, old) => {
      usual.prepareForUpdate(object, old);
      keepLabels(object, old);
    },
  },
  scale: replicasScale,
  resetFields: { main: [["status"]], status: [["spec"], ["metadata", "labels"]] },
};

/** A Deployment's labels are its users': the status endpoint leaves them. */
const keepLabels = (object: LiveObject, old: LiveObject): void => {
  const labels = mapAt(old.metadata, "labels");
  if (labels === undefined) delete object.metadata["labels"];
  else object.metadata["labels"] = { ...labels };
};
