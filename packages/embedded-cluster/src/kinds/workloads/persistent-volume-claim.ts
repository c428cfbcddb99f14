import type { LiveObject, ValueMap } from "../../json.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import { applyClaimSpecDefaults } from "./claim-defaults.ts";
import { keepClaim } from "./claim-update.ts";
import { keepField, resetStatus } from "../generation.ts";
import { addFinalizer } from "./protection-finalizer.ts";
import { specOf } from "./pod-spec-defaults.ts";
import { statusOnly, usualResets } from "./status-subresource.ts";
import { mapAt, ensureMap, textAt, fillZero } from "../../reading.ts";

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
  validateUpdate: keepClaim,
  status: statusOnly(),
  resetFields: usualResets,
  // The phase of a new claim is a default.
  storedWithoutDefaults: () => true,
};
