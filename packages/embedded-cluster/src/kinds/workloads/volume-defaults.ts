import { isMap } from "../../json.ts";
import type { ValueMap } from "../../json.ts";
import { applyFieldRefDefaults } from "./container-defaults.ts";
import { isLatestImage } from "./image-name.ts";
import { applyClaimSpecDefaults } from "./claim-defaults.ts";
import { mapAt, mapIn, mapsAt, textAt, fill, fillZero } from "../../reading.ts";

const MODE_0644 = 420;

/** Defaults of a pod's volume, but for those of vendors; one without a source is an `emptyDir`. */
export const applyVolumeDefaults = (volume: ValueMap): void => {
  if (!Object.keys(volume).some((key) => key !== "name" && isMap(volume[key]))) volume["emptyDir"] = {};
  for (const [source, apply] of Object.entries(SOURCES)) {
    const map = mapAt(volume, source);
    if (map !== undefined) apply(map);
  }
};

const downwardItems = (source: ValueMap | undefined): void => {
  for (const item of mapsAt(source, "items")) applyFieldRefDefaults(mapAt(item, "fieldRef"));
};

const SOURCES: Readonly<Record<string, (source: ValueMap) => void>> = {
  image: (source) =>
    fillZero(source, "pullPolicy", isLatestImage(textAt(source, "reference")) ? "Always" : "IfNotPresent"),
  hostPath: (source) => fill(source, "type", ""),
  secret: (source) => fill(source, "defaultMode", MODE_0644),
  configMap: (source) => fill(source, "defaultMode", MODE_0644),
  downwardAPI: (source) => {
    fill(source, "defaultMode", MODE_0644);
    downwardItems(source);
  },
  projected: (source) => {
    fill(source, "defaultMode", MODE_0644);
    for (const projection of mapsAt(source, "sources")) {
      downwardItems(mapAt(projection, "downwardAPI"));
      const token = mapAt(projection, "serviceAccountToken");
      if (token !== undefined) fill(token, "expirationSeconds", 3600);
    }
  },
  ephemeral: (source) => {
    const spec = mapIn(source, "volumeClaimTemplate", "spec");
    if (spec !== undefined) applyClaimSpecDefaults(spec);
  },
};
