import type { KubeObject } from "@evenkeel/resource";
import { describe, expect, test } from "vitest";

import { pruneBudget } from "./prune-budget.ts";
import { PRUNE_CONDITIONS, decidePrune } from "./prune-proof.ts";
import type { PruneEvidence } from "./prune-proof.ts";

const live = (change: object = {}): KubeObject =>
  ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      name: "a",
      namespace: "shop",
      uid: "u1",
      labels: { "evenkeel.dev/app": "app1" },
      annotations: { "evenkeel.dev/installation": "test" },
      managedFields: [{ manager: "evenkeel", operation: "Apply" }],
      ...change,
    },
  }) as unknown as KubeObject;

const good: PruneEvidence = {
  ref: { group: "", kind: "ConfigMap", namespace: "shop", name: "a" },
  inventoryUid: "u1",
  live: live(),
  owner: { appUid: "app1", installation: "test" },
  desired: new Set(["ConfigMap/shop/b"]),
  render: { verified: true, empty: false },
  allowEmpty: false,
  applied: true,
  discovered: true,
  claimedBy: undefined,
  wantedBy: undefined,
  namedBy: undefined,
  enabled: true,
  deletions: 1,
  budget: 1,
  approved: false,
  absentForMs: 60_000,
  graceMs: 60_000,
};

describe("the proof of a prune", () => {
  test("holds for an object of ours that is gone from Git for long enough", () => {
    expect(decidePrune(good)).toEqual({ kind: "proven" });
  });

  test.each<[string, Partial<PruneEvidence>, string, string]>([
    ["the app does not prune", { enabled: false }, "prune.declared", "PruneProtected"],
    [
      "it is annotated never to be pruned",
      { live: live({ annotations: { "evenkeel.dev/installation": "test", "evenkeel.dev/prune": "never" } }) },
      "prune.declared",
      "PruneProtected",
    ],
    ["the inventory does not know its uid", { inventoryUid: "" }, "prune.inventory-uid", "PruneUnproven"],
    ["another object has its name", { live: live({ uid: "u2" }) }, "prune.inventory-uid", "PruneUnproven"],
    ["it is desired again", { desired: new Set(["ConfigMap/shop/a"]) }, "prune.not-desired", "PruneUnproven"],
    ["the render is not verified", { render: { verified: false, empty: false } }, "prune.whole-render", "EmptyDesired"],
    ["nothing at all is desired", { render: { verified: true, empty: true } }, "prune.whole-render", "EmptyDesired"],
    ["the newest version is not applied in full", { applied: false }, "prune.applied", "PruneUnproven"],
    ["discovery is partial", { discovered: false }, "prune.discovered", "PruneUnproven"],
    ["its label was removed", { live: live({ labels: {} }) }, "prune.marks", "PruneUnproven"],
    [
      "it has the label of another app",
      { live: live({ labels: { "evenkeel.dev/app": "app2" } }) },
      "prune.marks",
      "PruneUnproven",
    ],
    [
      "it is of another installation",
      { live: live({ annotations: { "evenkeel.dev/installation": "other" } }) },
      "prune.marks",
      "PruneUnproven",
    ],
    [
      "it has no Apply entry of ours: its labels were copied",
      { live: live({ managedFields: [{ manager: "operator", operation: "Apply" }] }) },
      "prune.marks",
      "PruneUnproven",
    ],
    [
      "our entry is an Update, not an Apply",
      { live: live({ managedFields: [{ manager: "evenkeel", operation: "Update" }] }) },
      "prune.marks",
      "PruneUnproven",
    ],
    [
      "a controller owns it",
      { live: live({ ownerReferences: [{ kind: "Set", name: "s", controller: true }] }) },
      "prune.marks",
      "PruneUnproven",
    ],
    ["another app claims it", { claimedBy: "app2" }, "prune.unclaimed", "OwnershipConflict"],
    ["another unit may want it", { wantedBy: "application b wants it" }, "prune.not-elsewhere", "PruneUnproven"],
    ["something live names it", { namedBy: "Pod shop/web" }, "prune.not-named", "PruneUnproven"],
    [
      "it is a Namespace",
      { ref: { group: "", kind: "Namespace", namespace: "", name: "a" } },
      "prune.approved",
      "PruneProtected",
    ],
    [
      "it is a PersistentVolumeClaim",
      { ref: { ...good.ref, kind: "PersistentVolumeClaim" } },
      "prune.approved",
      "PruneProtected",
    ],
    [
      "it is a CustomResourceDefinition",
      { ref: { group: "apiextensions.k8s.io", kind: "CustomResourceDefinition", namespace: "", name: "a" } },
      "prune.approved",
      "PruneProtected",
    ],
    ["the plan is over the budget", { deletions: 2 }, "prune.budget", "PruneBudget"],
    ["it is absent for a second too little", { absentForMs: 59_000 }, "prune.grace", "PruneUnproven"],
  ])("keeps the object if %s", (_title, change, condition, code) => {
    const decision = decidePrune({ ...good, ...change });
    expect(decision).toMatchObject({ kind: "unproven", condition, reason: { code } });
    if (decision.kind === "unproven") expect(decision.reason.message).toContain("is kept: ");
  });

  test.each<[string, Partial<PruneEvidence>]>([
    ["nothing is desired and allowEmpty is declared", { render: { verified: true, empty: true }, allowEmpty: true }],
    ["an owner that is no controller refers to it", { live: live({ ownerReferences: [{ kind: "Set", name: "s" }] }) }],
    ["an Approval names a plan over the budget", { deletions: 9, approved: true }],
    [
      "an Approval names a plan with a protected kind",
      { ref: { group: "", kind: "Namespace", namespace: "", name: "a" }, approved: true },
    ],
  ])("holds if %s", (_title, change) => {
    expect(decidePrune({ ...good, ...change })).toEqual({ kind: "proven" });
  });

  test("an Approval lifts no proof of ownership", () => {
    expect(decidePrune({ ...good, approved: true, claimedBy: "app2" }).kind).toBe("unproven");
  });

  test("every condition can fail, and says what it wants", () => {
    expect(PRUNE_CONDITIONS.map(({ id }) => id)).toEqual([
      "prune.declared",
      "prune.inventory-uid",
      "prune.not-desired",
      "prune.whole-render",
      "prune.applied",
      "prune.discovered",
      "prune.marks",
      "prune.unclaimed",
      "prune.not-elsewhere",
      "prune.not-named",
      "prune.approved",
      "prune.budget",
      "prune.grace",
    ]);
    for (const { says, remedy } of PRUNE_CONDITIONS)
      expect([says, remedy].every((words) => words.length > 0)).toBe(true);
  });

  test.each([
    [0, 1],
    [4, 1],
    [5, 1],
    [10, 2],
    [49, 9],
    [50, 10],
    [5_000, 10],
  ])("of an inventory of %i objects, %i may be deleted", (size, budget) => {
    expect(pruneBudget(size)).toBe(budget);
  });
});
