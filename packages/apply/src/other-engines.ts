import { isObject } from "@evenkeel/resource";
import type { KubeObject } from "@evenkeel/resource";

interface EngineRow {
  readonly engine: string;
  readonly where: "labels" | "annotations";
  readonly key: string;
  /** The values that say so; any where there is none. */
  readonly value?: RegExp;
  /** It says so only where a manager of this name has written it: other tools write the same key. */
  readonly writer?: RegExp;
}

/** Policy: another engine holds an object while one of its marks is there. Marks that charts write themselves say nothing. */
const OTHER_ENGINES: readonly EngineRow[] = [
  { engine: "Flux", where: "labels", key: "kustomize.toolkit.fluxcd.io/name" },
  { engine: "Flux", where: "labels", key: "helm.toolkit.fluxcd.io/name" },
  { engine: "Flux", where: "labels", key: "fluxcd.controlplane.io/name" },
  { engine: "Flux", where: "labels", key: "resourceset.fluxcd.controlplane.io/name" },
  { engine: "Argo CD", where: "annotations", key: "argocd.argoproj.io/tracking-id" },
  { engine: "Argo CD", where: "annotations", key: "argocd.argoproj.io/installation-id" },
  { engine: "Argo CD", where: "labels", key: "argocd.argoproj.io/instance" },
  // What Argo CD tracks by unless told otherwise, up to 2.14; every other chart writes it of itself.
  {
    engine: "Argo CD",
    where: "labels",
    key: "app.kubernetes.io/instance",
    writer: /^argocd(-application)?-controller$/,
  },
  { engine: "Helm", where: "annotations", key: "meta.helm.sh/release-name" },
  { engine: "kapp", where: "labels", key: "kapp.k14s.io/app" },
  { engine: "kapp", where: "labels", key: "kapp.k14s.io/association" },
  { engine: "kapp", where: "annotations", key: "kapp.k14s.io/identity" },
  { engine: "Config Sync", where: "annotations", key: "configmanagement.gke.io/managed", value: /^enabled$/ },
  { engine: "Config Sync", where: "annotations", key: "configsync.gke.io/resource-id" },
  { engine: "Config Sync", where: "annotations", key: "configsync.gke.io/manager" },
  { engine: "kpt or Config Sync", where: "annotations", key: "config.k8s.io/owning-inventory" },
  { engine: "Rancher (Fleet or k3s)", where: "annotations", key: "objectset.rio.cattle.io/id" },
  { engine: "Rancher (Fleet or k3s)", where: "labels", key: "objectset.rio.cattle.io/hash" },
  { engine: "an ApplySet", where: "labels", key: "applyset.kubernetes.io/part-of" },
  // `EnsureExists` makes it once and leaves it.
  { engine: "the addon manager", where: "labels", key: "addonmanager.kubernetes.io/mode", value: /^Reconcile$/ },
];

const hasWritten = (live: KubeObject, writer: RegExp, { where, key }: EngineRow): boolean =>
  (live.metadata.managedFields ?? []).some(({ manager, fieldsV1 }) => {
    if (typeof manager !== "string" || !writer.test(manager) || !isObject(fieldsV1)) return false;
    const metadata = fieldsV1["f:metadata"];
    const part = isObject(metadata) ? metadata[`f:${where}`] : undefined;
    return isObject(part) && part[`f:${key}`] !== undefined;
  });

/** The engine whose mark an object bears. */
export const otherEngineOf = (live: KubeObject): { readonly engine: string; readonly key: string } | undefined =>
  OTHER_ENGINES.find((row) => {
    const value = live.metadata[row.where]?.[row.key];
    if (value === undefined || value === null || row.value?.test(value) === false) return false;
    return row.writer === undefined || hasWritten(live, row.writer, row);
  });
