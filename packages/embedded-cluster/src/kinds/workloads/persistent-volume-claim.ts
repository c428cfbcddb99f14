import type { LiveObject, ValueMap } from "../../json.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import { applyClaimSpecDefaults } from "./claim-defaults.ts";
import { admitResize } from "./claim-resize.ts";
import { validateClaimStatus } from "./claim-status-validation.ts";
import { validateClaim, validateClaimUpdate } from "./claim-update-validation.ts";
import { keepField, resetStatus } from "./generation.ts";
import { addFinalizer } from "./protection-finalizer.ts";
import { specOf } from "./pod-spec-defaults.ts";
import { ensureMap, fillZero, mapAt, stringsAt, textAt } from "./reading.ts";
import { claimWarnings } from "./pod-warnings.ts";
import { statusOnly, usualResets } from "./status-subresource.ts";

const applyDefaults = (object: LiveObject): void => {
  applyClaimSpecDefaults(specOf(object));
  fillZero(ensureMap(object, "status"), "phase", "Pending");
};

/** `dataSource` is the old and narrower form of `dataSourceRef`: each is filled from the other. */
const normalizeDataSources = (spec: ValueMap, old: ValueMap | undefined): void => {
  const [source, reference] = [mapAt(spec, "dataSource"), mapAt(spec, "dataSourceRef")];
  const oldHasSource = mapAt(old, "dataSource") !== undefined || mapAt(old, "dataSourceRef") !== undefined;
  if (source !== undefined && reference === undefined && !oldHasSource && !isClaimOrSnapshot(source))
    delete spec["dataSource"]; // passed over in silence, as ever
  else if (source !== undefined && reference === undefined) spec["dataSourceRef"] = { ...source };
  else if (source === undefined && reference !== undefined && textAt(reference, "namespace") === "") {
    const { namespace: _, ...local } = reference;
    spec["dataSource"] = local;
  }
};

const isClaimOrSnapshot = (source: ValueMap): boolean => {
  const [group, kind] = [textAt(source, "apiGroup"), textAt(source, "kind")];
  return (
    (group === "" && kind === "PersistentVolumeClaim") ||
    (group === "snapshot.storage.k8s.io" && kind === "VolumeSnapshot")
  );
};

const STORAGE_CLASS = "volume.beta.kubernetes.io/storage-class";

export const persistentVolumeClaimStrategy: KindStrategy = {
  applyDefaults,
  prepareForCreate: (object) => {
    addFinalizer(object, "kubernetes.io/pvc-protection");
    resetStatus(object, { phase: "Pending" });
    normalizeDataSources(specOf(object), undefined);
  },
  prepareForUpdate: (object, old) => {
    keepField(object, old, "status");
    normalizeDataSources(specOf(object), mapAt(old, "spec"));
  },
  validatesMetadata: true,
  validateCreate: validateClaim,
  validateUpdate: (object, old, context) => {
    const findings = validateClaimUpdate(object, old);
    if (findings.length === 0) admitResize(object, old, context);
    return findings;
  },
  warnings: (object) => [
    ...(Object.hasOwn(stringsAt(object.metadata, "annotations"), STORAGE_CLASS)
      ? [`metadata.annotations[${STORAGE_CLASS}]: deprecated since v1.8; use "storageClassName" attribute instead`]
      : []),
    ...claimWarnings(mapAt(object, "spec"), "spec"),
  ],
  status: statusOnly(validateClaimStatus),
  resetFields: usualResets,
  // The phase of a new claim is a default.
  storedWithoutDefaults: () => true,
};
