import type { Kube } from "@evenkeel/kube";

/** Ids of installations whose anchors are on the cluster: ConfigMaps `ek-<installation>-<partition>` in evenkeel-system. */
export const anchoredInstallations = async (kube: Kube, signal: AbortSignal): Promise<readonly string[]> => {
  const listed = await kube.listAll({ group: "", kind: "ConfigMap" }, { namespace: "evenkeel-system" }, signal);
  const ids = listed.objects.flatMap((item) => /^ek-(.+)-\d+$/.exec(item.metadata.name)?.[1] ?? []);
  return [...new Set(ids)].toSorted();
};
