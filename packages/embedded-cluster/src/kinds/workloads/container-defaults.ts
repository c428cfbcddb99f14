import type { ValueMap } from "../../json.ts";
import { isLatestImage } from "./image-name.ts";
import { roundResourceList } from "./resource-list-defaults.ts";
import { mapAt, mapIn, mapsAt, textAt, fill, fillZero } from "../../reading.ts";

/** Defaults of one container of a pod or template, ephemeral ones included (core/v1 SetDefaults_Container and what lies below). */
export const applyContainerDefaults = (container: ValueMap): void => {
  fillZero(container, "imagePullPolicy", isLatestImage(textAt(container, "image")) ? "Always" : "IfNotPresent");
  fillZero(container, "terminationMessagePath", "/dev/termination-log");
  fillZero(container, "terminationMessagePolicy", "File");
  for (const port of mapsAt(container, "ports")) fillZero(port, "protocol", "TCP");
  for (const variable of mapsAt(container, "env")) {
    applyFieldRefDefaults(mapIn(variable, "valueFrom", "fieldRef"));
    const fileKey = mapIn(variable, "valueFrom", "fileKeyRef");
    if (fileKey !== undefined) fill(fileKey, "optional", false);
  }
  roundResourceList(mapIn(container, "resources", "limits"));
  roundResourceList(mapIn(container, "resources", "requests"));
  for (const name of ["livenessProbe", "readinessProbe", "startupProbe"]) applyProbeDefaults(mapAt(container, name));
  for (const name of ["postStart", "preStop"]) applyHttpGetDefaults(mapIn(container, "lifecycle", name, "httpGet"));
};

/** A `fieldRef` speaks of the pod's v1 form unless it says another version. */
export const applyFieldRefDefaults = (fieldRef: ValueMap | undefined): void => {
  if (fieldRef !== undefined) fillZero(fieldRef, "apiVersion", "v1");
};

const applyProbeDefaults = (probe: ValueMap | undefined): void => {
  if (probe === undefined) return;
  fillZero(probe, "timeoutSeconds", 1);
  fillZero(probe, "periodSeconds", 10);
  fillZero(probe, "successThreshold", 1);
  fillZero(probe, "failureThreshold", 3);
  applyHttpGetDefaults(mapAt(probe, "httpGet"));
  const grpc = mapAt(probe, "grpc");
  if (grpc !== undefined) fill(grpc, "service", "");
};

const applyHttpGetDefaults = (httpGet: ValueMap | undefined): void => {
  if (httpGet === undefined) return;
  fillZero(httpGet, "path", "/");
  fillZero(httpGet, "scheme", "HTTP");
};
