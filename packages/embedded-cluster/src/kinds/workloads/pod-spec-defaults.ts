import type { LiveObject, ValueMap } from "../../json.ts";
import { applyContainerDefaults } from "./container-defaults.ts";
import { roundResourceList } from "./resource-list-defaults.ts";
import { applyVolumeDefaults } from "./volume-defaults.ts";
import { mapAt, mapIn, ensureMap, mapsAt, textAt, fill, fillZero } from "../../reading.ts";

/** Defaults that every pod spec gets, in a Pod and in a template alike. */
export const applyPodSpecDefaults = (spec: ValueMap): void => {
  nameServiceAccount(spec);
  fillZero(spec, "dnsPolicy", "ClusterFirst");
  fillZero(spec, "restartPolicy", "Always");
  fill(spec, "securityContext", {});
  fill(spec, "terminationGracePeriodSeconds", 30);
  fillZero(spec, "schedulerName", "default-scheduler");
  for (const volume of mapsAt(spec, "volumes")) applyVolumeDefaults(volume);
  for (const list of ["initContainers", "containers", "ephemeralContainers"])
    for (const container of mapsAt(spec, list)) applyContainerDefaults(container);
  roundResourceList(mapAt(spec, "overhead"));
  roundResourceList(mapIn(spec, "resources", "limits"));
  roundResourceList(mapIn(spec, "resources", "requests"));
};

/** `serviceAccount` is the old name of `serviceAccountName`: both are always told, the new one wins. */
const nameServiceAccount = (spec: ValueMap): void => {
  const name = textAt(spec, "serviceAccountName") || textAt(spec, "serviceAccount");
  if (name === "") return;
  spec["serviceAccountName"] = name;
  spec["serviceAccount"] = name;
};

/** Defaults of the pod template below a spec. */
export const applyTemplateDefaults = (parent: ValueMap): void => {
  applyPodSpecDefaults(ensureMap(ensureMap(parent, "template"), "spec"));
};

/** With host networking a container's port is the host's. */
export const publishOnHost = (spec: ValueMap): void => {
  for (const list of ["containers", "initContainers"])
    for (const container of mapsAt(spec, list))
      for (const port of mapsAt(container, "ports")) fillZero(port, "hostPort", port["containerPort"] ?? 0);
};

/** `object.spec`, put there when a body has none. */
export const specOf = (object: LiveObject): ValueMap => ensureMap(object, "spec");
