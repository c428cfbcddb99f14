import type { LiveObject, ValueMap } from "../../json.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import { nameIsDnsLabel } from "../validation/names.ts";
import { applyClaimSpecDefaults } from "./claim-defaults.ts";
import { countSpecChanges, startGeneration } from "./generation.ts";
import { applyTemplateDefaults, specOf } from "./pod-spec-defaults.ts";
import { ensureMap, fill, fillZero, mapAt, mapIn, mapsAt, numberAt } from "./reading.ts";
import { validateStatefulSetStatus } from "./replica-status-validation.ts";
import { replicasScale } from "./scale-subresource.ts";
import { validateStatefulSet, validateStatefulSetUpdate } from "./stateful-set-validation.ts";
import { claimWarnings } from "./pod-warnings.ts";
import { isNewGeneration, templateWarnings } from "./template-warnings.ts";
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
};

/** A claim in a StatefulSet is always told with kind and version, whatever the body said. */
const applyClaimTemplateDefaults = (claim: ValueMap): void => {
  claim["apiVersion"] = "v1";
  claim["kind"] = "PersistentVolumeClaim";
  applyClaimSpecDefaults(ensureMap(claim, "spec"));
  fillZero(ensureMap(claim, "status"), "phase", "Pending");
};

/** `maxUnavailable` is behind a feature that is off: dropped unless the old object has it. */
const dropMaxUnavailable = (object: LiveObject, old: LiveObject | undefined): void => {
  if (mapIn(old, "spec", "updateStrategy", "rollingUpdate")?.["maxUnavailable"] !== undefined) return;
  delete mapIn(object, "spec", "updateStrategy", "rollingUpdate")?.["maxUnavailable"];
};

const warnings = (object: LiveObject, old: LiveObject | undefined): readonly string[] => {
  const spec = mapAt(object, "spec");
  // On an update the server misspells the claims' path.
  const below = old === undefined ? "" : ".Spec";
  return [
    ...(old === undefined || isNewGeneration(object, old) ? templateWarnings(object) : []),
    ...mapsAt(spec, "volumeClaimTemplates").flatMap((claim, index) =>
      claimWarnings(mapAt(claim, "spec"), `spec.volumeClaimTemplates[${index}]${below}`),
    ),
    ...((numberAt(spec, "revisionHistoryLimit") ?? 0) < 0
      ? ["spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended"]
      : []),
  ];
};

export const statefulSetStrategy: KindStrategy = {
  applyDefaults,
  validateName: nameIsDnsLabel,
  prepareForCreate: (object) => {
    dropMaxUnavailable(object, undefined);
    startGeneration(object, { availableReplicas: 0, replicas: 0 });
  },
  prepareForUpdate: (object, old) => {
    dropMaxUnavailable(object, old);
    countSpecChanges(object, old);
  },
  validateCreate: validateStatefulSet,
  validateUpdate: validateStatefulSetUpdate,
  warnings,
  status: statusOnly(validateStatefulSetStatus),
  scale: replicasScale,
  resetFields: usualResets,
};
