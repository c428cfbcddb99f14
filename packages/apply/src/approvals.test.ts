import type { KubeObject } from "@evenkeel/resource";
import { describe, expect, test } from "vitest";

import { aboutApprovals, approvedPlanOf, isApproved } from "./approvals.ts";
import type { ApprovalEvidence, DeclaredApproval } from "./approvals.ts";
import { digestOf } from "./plan.ts";
import type { Step } from "./plan.ts";

const now = new Date("2026-11-22T00:00:00Z");
const [LATER, EARLIER] = ["2026-11-23T00:00:00Z", "2026-11-21T00:00:00Z"];
const approval = (planDigest: string, expiresAt = LATER, name = "go"): DeclaredApproval => ({
  name,
  planDigest,
  expiresAt,
});
const unit = { cluster: "prod", appUid: "u" };
const step = (name: string, uid = `uid-${name}`): Step => ({
  ref: { group: "", kind: "PersistentVolumeClaim", namespace: "shop", name },
  object: { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name } } as KubeObject,
  digest: "",
  verb: "delete",
  uid,
  force: false,
});

describe("a plan is approved", () => {
  test.each([
    ["where an Approval names it", [approval("d")], true],
    ["where one of several does", [approval("x"), approval("d")], true],
    ["not where none is declared", [], false],
    ["not where it names another plan", [approval("x")], false],
    ["not where it has ended", [approval("d", EARLIER)], false],
    ["not at the moment at which it ends", [approval("d", now.toISOString())], false],
    ["not where nobody can tell when it ends", [approval("d", "soon")], false],
    ["where it ends later by another clock", [approval("d", "2026-11-22T01:00:00+00:30")], true],
  ])("%s", (_title, declared, approved) => expect(isApproved("d", { declared, now })).toBe(approved));
});

describe("deletions are allowed", () => {
  const [a, b, c] = [step("a"), step("b"), step("c")];
  const digest = (...steps: readonly Step[]) => digestOf(unit, steps);
  const evidence = (declared: readonly DeclaredApproval[], before?: ApprovalEvidence["before"]): ApprovalEvidence => ({
    declared,
    before,
    now,
  });
  const plan = (inNeed: readonly Step[], all: readonly Step[], known: ApprovalEvidence) =>
    approvedPlanOf(unit, { inNeed, all }, known);
  const approved = plan([a!, b!], [a!, b!, c!], evidence([approval(digest(a!, b!))]));
  const go = [approval(digest(a!, b!))];

  test.each<readonly [string, readonly Step[], readonly Step[], ApprovalEvidence, string | undefined]>([
    ["by the plan of those in need", [a!, b!], [a!, b!, c!], evidence(go), digest(a!, b!)],
    ["by the plan of all", [a!, b!], [a!, b!, c!], evidence([approval(digest(a!, b!, c!))]), digest(a!, b!, c!)],
    ["by the plan of all, where none is in need", [], [c!], evidence([approval(digest(c!))]), digest(c!)],
    ["as what is left of a plan, for the rest is gone", [b!], [b!, c!], evidence(go, approved), approved?.digest],
    ["not as what is left of a plan that is not approved any more", [b!], [b!, c!], evidence([], approved), undefined],
    [
      "not as what is left of a plan whose Approval ended",
      [b!],
      [b!],
      evidence([approval(digest(a!, b!), EARLIER)], approved),
      undefined,
    ],
    ["not with one that the plan did not have", [b!, c!], [b!, c!], evidence(go, approved), undefined],
    [
      "not with another object of that name",
      [step("b", "other")],
      [step("b", "other")],
      evidence(go, approved),
      undefined,
    ],
    ["not where none is in need and none is named", [], [c!], evidence(go, approved), undefined],
    ["not where there are none", [], [], evidence([approval(digest())]), undefined],
    [
      "not for another cluster",
      [a!, b!],
      [a!, b!],
      evidence([approval(digestOf({ ...unit, cluster: "test" }, [a!, b!]))]),
      undefined,
    ],
  ])("%s", (_title, inNeed, all, known, name) => expect(plan(inNeed, all, known)?.digest).toBe(name));
});

test.each([
  ["says nothing where none is declared", [], undefined],
  [
    "ended, if it names this plan",
    [approval("d", EARLIER)],
    `Approval go ended at ${EARLIER}: declare when it ends anew`,
  ],
  [
    "names another plan, and begins how",
    [approval("sha256:0123456789abcdef")],
    "Approval go names another plan, sha256:0123456789ab...: read this one and name it",
  ],
  [
    "is told of by the one that ends last",
    [approval("x", EARLIER, "old"), approval("d", LATER, "new")],
    `Approval new ended at ${LATER}: declare when it ends anew`,
  ],
])("an Approval that does not allow a plan %s", (_title, declared, words) =>
  expect(aboutApprovals(declared, "d")).toBe(words),
);
