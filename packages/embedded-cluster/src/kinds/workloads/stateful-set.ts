import type { LiveObject, ValueMap } from "../../json.ts";
import { forbidden } from "../field-error.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import { nameIsDnsLabel } from "../validation/names.ts";
import { applyClaimSpecDefaults } from "./claim-defaults.ts";
import { countSpecChanges, startGeneration } from "../generation.ts";
import { applyTemplateDefaults, specOf } from "./pod-spec-defaults.ts";
import { type Findings, validateSelector } from "./selector-rules.ts";
import { replicasScale } from "./scale-subresource.ts";
import { statusOnly, usualResets } from "./status-subresource.ts";
import { mapAt, mapIn, ensureMap, mapsAt, fill, fillZero } from "../../reading.ts";
import { sameMeaning } from "../../equal.ts";

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

/** What of a spec may change. */
const MUTABLE: ReadonlySet<string> = new Set([
  "replicas",
  "template",
  "updateStrategy",
  "minReadySeconds",
  "ordinals",
  "revisionHistoryLimit",
  "persistentVolumeClaimRetentionPolicy",
]);

const fixedPart = (object: LiveObject): ValueMap =>
  Object.fromEntries(Object.entries(mapAt(object, "spec") ?? {}).filter(([key]) => !MUTABLE.has(key)));

const keepFixedPart = (object: LiveObject, old: LiveObject): Findings =>
  sameMeaning(fixedPart(object), fixedPart(old))
    ? []
    : [
        forbidden(
          "spec",
          "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
        ),
      ];

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
  validateCreate: validateSelector,
  validateUpdate: (object, old) => [...validateSelector(object), ...keepFixedPart(object, old)],
  status: statusOnly(),
  scale: replicasScale,
  resetFields: usualResets,
};
