import type { KubeObject } from "@evenkeel/resource";
import type { AdoptPolicy } from "@evenkeel/words";
import { describe, expect, test } from "vitest";

import { decideAdoption } from "./decide-adoption.ts";
import type { TriedApply } from "./decide-adoption.ts";
import { ref, web } from "./web.fixture.ts";

describe("an object that is not in the inventory", () => {
  const owner = { appUid: "app1", installation: "test" };
  const live = (labels: object, annotations: object = {}, manager = "kubectl"): KubeObject =>
    ({
      ...web,
      metadata: { name: "web", labels, annotations, managedFields: [{ manager, operation: "Apply" }] },
    }) as unknown as KubeObject;
  const ours = { "evenkeel.dev/installation": "test" };
  test.each<[string, KubeObject | undefined, AdoptPolicy, string]>([
    ["is created if it is not there", undefined, "none", "create"],
    ["is recovered if it is ours", live({ "evenkeel.dev/app": "app1" }, ours, "evenkeel"), "none", "recover"],
    ["is refused by default", live({}), "none", "refuse"],
    ["is refused if our labels were copied", live({ "evenkeel.dev/app": "app1" }, ours), "none", "refuse"],
    [
      "is refused if another app of ours has it, even under takeover",
      live({ "evenkeel.dev/app": "app2" }, ours, "evenkeel"),
      "takeover",
      "refuse",
    ],
    ["is adopted if it is equal", live({}), "if-equal", "adopt"],
    ["is taken under takeover", live({}), "takeover", "take"],
    ["is migrated under migrate", live({}), "migrate", "migrate"],
    ["is refused under migrate while Flux holds it", live({ "helm.toolkit.fluxcd.io/name": "x" }), "migrate", "refuse"],
    ["is refused while Flux holds it", live({ "kustomize.toolkit.fluxcd.io/name": "x" }), "if-equal", "refuse"],
    ["is refused while Argo CD holds it", live({}, { "argocd.argoproj.io/tracking-id": "x" }), "if-equal", "refuse"],
    ["is refused while Argo CD's label is on it", live({ "argocd.argoproj.io/instance": "x" }), "migrate", "refuse"],
    ["is migrated with a chart's label", live({ "app.kubernetes.io/instance": "x" }), "migrate", "migrate"],
    ["is refused while Helm holds it", live({}, { "meta.helm.sh/release-name": "x" }), "if-equal", "refuse"],
    ["is taken from Flux under takeover", live({ "kustomize.toolkit.fluxcd.io/name": "x" }), "takeover", "take"],
  ])("%s", (_title, found, policy, wanted) => {
    const tried = found && { object: found };
    const decision = decideAdoption({ ref, live: found, owner, policy, tried });
    expect(decision.kind).toBe(wanted);
  });

  const differing = (path: readonly string[], value: unknown): TriedApply => {
    const object = structuredClone(live({})) as unknown as Record<string, Record<string, unknown>>;
    const member = path.length === 1 ? object : (object[path[0] ?? ""] ??= {});
    member[path.at(-1) ?? ""] = value as Record<string, unknown>;
    return { object: object as unknown as KubeObject };
  };
  test.each<[string, TriedApply | undefined, string | undefined]>([
    ["a value of it", differing(["spec", "replicas"], 3), "differs from what is desired in spec.replicas"],
    ["a label", differing(["metadata", "labels"], { tier: "web" }), "in metadata.labels"],
    ["no more than our marks", differing(["metadata", "labels"], { "evenkeel.dev/app": "app1" }), undefined],
    ["what the server counts", differing(["metadata", "resourceVersion"], "7"), undefined],
    ["nothing, but the server refuses", { refused: "spec.x: too long" }, "the server refuses what is desired: spec.x"],
    ["nobody knows what", undefined, "could not be compared"],
  ])("is adopted under if-equal only if an apply changes nothing: %s", (_title, tried, because) => {
    const decision = decideAdoption({ ref, live: live({}), owner, policy: "if-equal", tried });
    expect(decision.kind).toBe(because === undefined ? "adopt" : "refuse");
    if (decision.kind === "refuse") expect(decision.reason.message).toContain(because);
  });
});
