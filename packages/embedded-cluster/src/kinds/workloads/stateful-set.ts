import type { LiveObject, ValueMap } from "../../json.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import { nameIsDnsLabel } from "../validation/names.ts";
import { applyClaimSpecDefaults } from "./claim-defaults.ts";
import { countSpecChanges, startGeneration } from "./generation.ts";
import { applyTemplateDefaults, specOf } from "./pod-spec-defaults.ts";
import { ensureMap, fill, fillZero, mapAt, mapsAt } from "./reading.ts";
import { replicasScale } from "./scale-subresource.ts";
import { statusOnly, usualResets } from "./status-subresource.ts";

const applyDefaults = (object: LiveObject): void => {
  const spec = specOf(object);
  fillZero(spec, "podManagementPolicy", "OrderedReady");
  applyStrategyDefaults(ensureMap(spec, "updateStrategy"));
  const retention = ensureMap(spec, "persistentVolumeClaimRetentionPolicy");
  fillZero(retention, "whenDeleted", "Retain");
  fillZero(retention, "whenScaled", "Retain");
  fill(spec, "replicas", 1);
  fill(spec, "revisionHistoryLimit", 10);
  applyTemplateDefaults(spec);
  for (const claim of mapsAt(spec, "volumeClaimTemplates")) applyClaimTemplateDefaults(claim);
};

const applyStrategyDefaults = (strategy: ValueMap): void => {
  if (strategy["type"] === undefined || strategy["type"] === "") {
    strategy["type"] = "RollingUpdate";
    ensureMap(strategy, "rollingUpdate");
  }
  const rollingUpdate = mapAt(strategy, "rollingUpdate");
  if (strategy["type"] !== "RollingUpdate" || rollingUpdate === undefined) return;
  fill(rollingUpdate, "partition", 0);
  fill(rollingUpdate, "maxUnavailable", 1);
};

/** A claim in a StatefulSet is always told with kind and version, whatever the body said. */
const applyClaimTemplateDefaults = (claim: ValueMap): void => {
  claim["apiVersion"] = "v1";
  claim["kind"] = "PersistentVolumeClaim";
  applyClaimSpecDefaults(ensureMap(claim, "spec"));
  fillZero(ensureMap(claim, "status"), "phase", "Pending");
};

export const statefulSetStrategy: KindStrategy = {
  applyDefaults,
  validateName: nameIsDnsLabel,
  prepareForCreate: (object) => startGeneration(object, { availableReplicas: 0, replicas: 0 }),
  prepareForUpdate: countSpecChanges,
  status: statusOnly(),
  scale: replicasScale,
  resetFields: usualResets,
};
