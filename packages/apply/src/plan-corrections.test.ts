import type { KubeObject } from "@evenkeel/resource";
import { describe, expect, test } from "vitest";

import { planCorrections, refsReplaced } from "./plan-corrections.ts";
import type { CorrectionsQuestion, PacedCorrection } from "./plan-corrections.ts";

const ref = { group: "", kind: "ConfigMap", namespace: "shop", name: "a" };
const key = "ConfigMap/shop/a";
const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", namespace: "shop" } };
const fight = { code: "Fight", message: "m", remedy: "r" } as const;
const due: PacedCorrection = { ref, uid: "u1", force: true, replaced: false, waitMs: 0, fight };
const replaced = { ...due, uid: "u2", replaced: true };

const live = (change: object): ReadonlyMap<string, KubeObject> =>
  new Map([[key, { ...object, metadata: { ...object.metadata, uid: "u2", ...change } }]]);
const question = (change: Partial<CorrectionsQuestion>): CorrectionsQuestion => ({
  unit: { cluster: "c1", appUid: "app1" },
  corrections: [due],
  live: new Map(),
  desired: new Map([[key, { ref, object, digest: "d1" }]]),
  owner: { appUid: "app1", installation: "test" },
  policy: { drift: "correct", adopt: "none" },
  ...change,
});
const step = { verb: "correct", ref, object, digest: "d1", uid: "u1", force: true };
const byArgo = {
  labels: { "app.kubernetes.io/instance": "x" },
  annotations: { "argocd.argoproj.io/tracking-id": "x" },
};
const none = { steps: [], parked: [], foreign: [], waits: [] };

describe("the plan of corrections", () => {
  test.each<[string, Partial<CorrectionsQuestion>, object]>([
    ["puts back what was found, as it was applied", {}, { ...none, steps: [step] }],
    ["leaves what is not due, and says when it is", { corrections: [{ ...due, waitMs: 5 }] }, { ...none, waits: [5] }],
    [
      "parks what is given up after a fight",
      { corrections: [{ ...due, waitMs: Infinity }] },
      { ...none, parked: [{ ref, reason: fight }] },
    ],
    ["leaves what was not applied", { desired: new Map() }, none],
    [
      "puts back what somebody made anew under the name",
      { corrections: [replaced], live: live({}) },
      { ...none, steps: [{ ...step, uid: "u2" }] },
    ],
    ["leaves what was made anew since it was found", { corrections: [replaced], live: live({ uid: "u3" }) }, none],
    ["leaves what was made anew and is gone", { corrections: [replaced] }, none],
    [
      "parks what another engine made under the name",
      { corrections: [replaced], live: live(byArgo) },
      { ...none, parked: [{ ref, reason: { code: "OwnershipConflict" } }], foreign: [ref] },
    ],
  ])("%s", (_, change, wanted) => {
    expect(planCorrections(question(change))).toMatchObject(wanted);
  });

  test("needs what is live only of what is due and was made anew", () => {
    const later = { ...replaced, waitMs: 9 };
    expect(refsReplaced([due, later])).toEqual([]);
    expect(refsReplaced([due, replaced])).toEqual([ref]);
  });
});
