import { describe, expect, test } from "vitest";

import { askedBefore, notableMarks, keptBy, MARK_RULES, recreatedBy, waveOf } from "./engine-marks.ts";
import type { KubeObject } from "./kube-object.ts";

const object = (mark: string, apiVersion = "v1", where: "annotations" | "labels" = "annotations"): KubeObject => {
  const [key = "", value = ""] = mark.split(": ");
  return { apiVersion, kind: "ConfigMap", metadata: { name: "a", [where]: { [key]: value } } };
};
const HELM = "helm.sh";
const ARGO = "argocd.argoproj.io";
const FLUX = "kustomize.toolkit.fluxcd.io";

describe("a mark of another engine", () => {
  test.each([
    [`${HELM}/resource-policy: keep`, "heeded"],
    [`${HELM}/resource-policy: Keep`, "heeded"],
    [`${HELM}/resource-policy: delete`, "warn"],
    [`${HELM}/hook: Pre-Delete`, "leave-out"],
    [`${HELM}/hook: TEST`, "leave-out"],
    ["cli-utils.sigs.k8s.io/on-remove: keep", "heeded"],
    ["client.lifecycle.config.k8s.io/deletion: detach", "heeded"],
    ["kapp.k14s.io/delete-strategy: orphan", "heeded"],
    ["kapp.k14s.io/delete-strategy: other", "warn"],
    [`${HELM}/hook: pre-install`, "warn"],
    [`${HELM}/hook: pre-install,post-delete`, "warn"],
    [`${HELM}/hook: pre-delete`, "leave-out"],
    [`${HELM}/hook: post-delete, pre-rollback`, "leave-out"],
    [`${HELM}/hook: test`, "leave-out"],
    [`${HELM}/hook: test-success`, "leave-out"],
    [`${HELM}/hook: crd-install`, "warn"],
    [`${HELM}/hook: post-render`, "warn"],
    [`${HELM}/hook-weight: -5`, "warn"],
    [`${HELM}/hook-delete-policy: before-hook-creation`, "heeded"],
    [`${HELM}/hook-delete-policy: before-hook-creation,hook-succeeded`, "warn"],
    [`${ARGO}/hook: PreSync`, "warn"],
    [`${ARGO}/hook: PostSync`, "warn"],
    [`${ARGO}/hook: SyncFail`, "leave-out"],
    [`${ARGO}/hook: PostDelete`, "leave-out"],
    [`${ARGO}/hook: Skip`, "leave-out"],
    [`${ARGO}/hook-delete-policy: HookSucceeded`, "warn"],
    [`${ARGO}/sync-wave: -1`, "heeded"],
    [`${ARGO}/sync-wave: soon`, "warn"],
    [`${ARGO}/sync-options: Prune=false`, "heeded"],
    [`${ARGO}/sync-options: Prune=false,Replace=true`, "warn"],
    [`${ARGO}/sync-options: Delete=confirm, ServerSideApply=true`, "heeded"],
    [`${ARGO}/sync-options: Unheard=of`, "warn"],
    [`${ARGO}/compare-options: IgnoreExtraneous`, "heeded"],
    [`${ARGO}/ignore-healthcheck: true`, "warn"],
    [`${ARGO}/tracking-id: a:b`, "heeded"],
    [`${ARGO}/unheard-of: x`, "warn"],
    [`${FLUX}/prune: disabled`, "heeded"],
    [`${FLUX}/prune: Disabled`, "heeded"],
    [`${FLUX}/reconcile: disabled`, "refuse"],
    [`${FLUX}/ssa: Ignore`, "refuse"],
    [`${FLUX}/ssa: IfNotPresent`, "refuse"],
    [`${FLUX}/ssa: Merge`, "heeded"],
    [`${FLUX}/force: enabled`, "heeded"],
    [`${FLUX}/substitute: disabled`, "warn"],
    ["helm.toolkit.fluxcd.io/driftDetection: disabled", "warn"],
    ["example.com/hook: PreSync", "heeded"],
  ])("%s: %s", (mark, wanted) => {
    const [told] = notableMarks(object(mark));
    expect(told?.effect.kind ?? "heeded").toBe(wanted);
    if (told !== undefined) expect(told.mark).toBe(mark);
  });

  test("counts as a label too, as Flux reads it, but not as the label of a chart's name", () => {
    expect(notableMarks(object(`${FLUX}/reconcile: disabled`, "v1", "labels"))[0]?.effect.kind).toBe("refuse");
    expect(notableMarks(object(`${HELM}/chart: web-1.2.3`, "v1", "labels"))).toEqual([]);
  });

  test("that is not known is left to its engine on a kind of that engine's own", () => {
    expect(notableMarks(object(`${ARGO}/refresh: hard`, "argoproj.io/v1alpha1"))).toEqual([]);
    expect(notableMarks(object(`${FLUX}/reconcile: disabled`, "kustomize.toolkit.fluxcd.io/v1"))).toHaveLength(1);
  });

  test("has a rule that says what happens, and a remedy where it is refused", () => {
    for (const { effect } of MARK_RULES) {
      if ("says" in effect) expect(effect.says).not.toBe("");
      if (effect.kind === "refuse") expect(effect.remedy).not.toBe("");
    }
  });
});

describe("what applying heeds", () => {
  test.each([
    ["evenkeel.dev/prune: never", "evenkeel.dev/prune", "evenkeel.dev/prune"],
    [`${HELM}/resource-policy: keep`, `${HELM}/resource-policy`, `${HELM}/resource-policy`],
    [`${FLUX}/prune: disabled`, `${FLUX}/prune`, `${FLUX}/prune`],
    [`${ARGO}/sync-options: ServerSideApply=true,Prune=false`, `${ARGO}/sync-options`, undefined],
    [`${ARGO}/sync-options: Delete=false`, undefined, `${ARGO}/sync-options`],
    [`${HELM}/resource-policy: Keep`, `${HELM}/resource-policy`, `${HELM}/resource-policy`],
    ["kapp.k14s.io/delete-strategy: orphan", "kapp.k14s.io/delete-strategy", "kapp.k14s.io/delete-strategy"],
    [`${HELM}/resource-policy: delete`, undefined, undefined],
  ])("%s keeps from pruning by %s, from removal by %s", (mark, pruned, removed) => {
    expect([keptBy(object(mark), false), keptBy(object(mark), true)]).toEqual([pruned, removed]);
  });

  test("confirmation, waves and replacing", () => {
    expect(askedBefore(object(`${ARGO}/sync-options: Prune=confirm`), false)).toBe(`${ARGO}/sync-options`);
    expect(askedBefore(object(`${ARGO}/sync-options: Prune=confirm`), true)).toBeUndefined();
    expect(askedBefore(object(`${ARGO}/sync-options: Delete=confirm`), true)).toBe(`${ARGO}/sync-options`);
    expect(recreatedBy(object(`${FLUX}/force: enabled`))).toBe(`${FLUX}/force`);
    expect(recreatedBy(object(`${ARGO}/sync-options: Force=true,Replace=true`))).toBe(`${ARGO}/sync-options`);
    expect([
      waveOf(object(`${ARGO}/sync-wave: -2`)),
      waveOf(object("evenkeel.dev/wave: 3")),
      waveOf(object("a: b")),
    ]).toEqual([-2, 3, 0]);
    const both = { "evenkeel.dev/wave": "1", [`${ARGO}/sync-wave`]: "2" };
    expect(waveOf({ apiVersion: "v1", kind: "A", metadata: { name: "a", annotations: both } })).toBe(1);
    expect(
      waveOf({ apiVersion: "v1", kind: "A", metadata: { name: "a", annotations: null } } as unknown as KubeObject),
    ).toBe(0);
  });
});
