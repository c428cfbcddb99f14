import type { LiveObject } from "../../json.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import { keepField, resetStatus } from "../generation.ts";
import { addFinalizer } from "./protection-finalizer.ts";
import { specOf } from "./pod-spec-defaults.ts";
import { statusOnly, usualResets } from "./status-subresource.ts";
import { mapAt, mapIn, ensureMap, fill, fillZero } from "../../reading.ts";

const applyDefaults = (object: LiveObject): void => {
  const spec = specOf(object);
  fillZero(spec, "persistentVolumeReclaimPolicy", "Retain");
  fill(spec, "volumeMode", "Filesystem");
  const hostPath = mapAt(spec, "hostPath");
  if (hostPath !== undefined) fill(hostPath, "type", "");
  const iscsi = mapIn(spec, "iscsi");
  if (iscsi !== undefined) fillZero(iscsi, "iscsiInterface", "default");
  fillZero(ensureMap(object, "status"), "phase", "Pending");
};

/** The commonest defaults. */
export const persistentVolumeStrategy: KindStrategy = {
  applyDefaults,
  prepareForCreate: (object, context) => {
    addFinalizer(object, "kubernetes.io/pv-protection");
    resetStatus(object, { phase: "Pending", lastPhaseTransitionTime: context.now });
  },
  prepareForUpdate: (object, old) => keepField(object, old, "status"),
  status: statusOnly(),
  resetFields: usualResets,
};
