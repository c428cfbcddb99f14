import type { KubeObject } from "@evenkeel/resource";
import { expect, test } from "vitest";

import { otherEngineOf } from "./other-engines.ts";

type Meta = Partial<KubeObject["metadata"]>;
const live = (metadata: Meta): KubeObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "x", ...metadata },
});
const INSTANCE = "app.kubernetes.io/instance";
const instance = (manager: string, key = INSTANCE): Meta => ({
  labels: { [INSTANCE]: "shop" },
  managedFields: [{ manager, operation: "Update", fieldsV1: { "f:metadata": { "f:labels": { [`f:${key}`]: {} } } } }],
});

test.each<readonly [string, Meta, string | undefined]>([
  ["nobody, where it bears no mark", {}, undefined],
  [
    "nobody, by the marks of a chart",
    { labels: { "app.kubernetes.io/managed-by": "Helm", "helm.sh/chart": "web" } },
    undefined,
  ],
  ["Flux, by what its Kustomization writes", { labels: { "kustomize.toolkit.fluxcd.io/name": "shop" } }, "Flux"],
  [
    "nobody, by a label of Flux that stands among the annotations",
    { annotations: { "kustomize.toolkit.fluxcd.io/name": "shop" } },
    undefined,
  ],
  ["Argo CD, by its tracking id", { annotations: { "argocd.argoproj.io/tracking-id": "shop" } }, "Argo CD"],
  ["Argo CD, by the instance that it wrote", instance("argocd-controller"), "Argo CD"],
  ["Argo CD, by the instance that its older controller wrote", instance("argocd-application-controller"), "Argo CD"],
  ["nobody, by an instance that a chart wrote", instance("helm"), undefined],
  ["nobody, by an instance whose writer only begins like it", instance("argocd-controller-2"), undefined],
  ["nobody, by an instance where it wrote another label", instance("argocd-controller", "other"), undefined],
  ["nobody, by an instance of which nobody knows the writer", { labels: { [INSTANCE]: "shop" } }, undefined],
  ["Helm, by the release that it names", { annotations: { "meta.helm.sh/release-name": "shop" } }, "Helm"],
  [
    "Config Sync, while it manages it",
    { annotations: { "configmanagement.gke.io/managed": "enabled" } },
    "Config Sync",
  ],
  [
    "nobody, once Config Sync is told not to",
    { annotations: { "configmanagement.gke.io/managed": "disabled" } },
    undefined,
  ],
  [
    "the addon manager, where it reconciles",
    { labels: { "addonmanager.kubernetes.io/mode": "Reconcile" } },
    "the addon manager",
  ],
  [
    "nobody, where the addon manager makes it once",
    { labels: { "addonmanager.kubernetes.io/mode": "EnsureExists" } },
    undefined,
  ],
  [
    "the first of two, in the order of the table",
    { labels: { "kapp.k14s.io/app": "1" }, annotations: { "meta.helm.sh/release-name": "shop" } },
    "Helm",
  ],
  ["whose mark is there, also empty", { labels: { "kapp.k14s.io/app": "" } }, "kapp"],
])("an object is held by %s", (_title, metadata, engine) => expect(otherEngineOf(live(metadata))?.engine).toBe(engine));
