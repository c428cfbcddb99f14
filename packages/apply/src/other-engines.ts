import type { KubeObject } from "@evenkeel/resource";

/** Another engine holds the object while its mark is there. */
const OTHER_ENGINES = [
  { engine: "Flux", where: "labels", key: "kustomize.toolkit.fluxcd.io/name" },
  { engine: "Flux", where: "labels", key: "helm.toolkit.fluxcd.io/name" },
  { engine: "Argo CD", where: "annotations", key: "argocd.argoproj.io/tracking-id" },
  { engine: "Helm", where: "annotations", key: "meta.helm.sh/release-name" },
] as const;

/** The engine whose mark an object bears. */
export const otherEngineOf = (live: KubeObject): { readonly engine: string; readonly key: string } | undefined =>
  OTHER_ENGINES.find(({ where, key }) => live.metadata[where]?.[key] !== undefined);
