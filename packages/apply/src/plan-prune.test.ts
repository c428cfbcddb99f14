import type { KubeObject } from "@evenkeel/resource";
import { formatRef } from "@evenkeel/words";
import type { ObjectRef } from "@evenkeel/words";
import { describe, expect, test } from "vitest";

import { planPrune } from "./plan-prune.ts";
import type { PruneQuestion } from "./plan-prune.ts";
import { digestOfPlan } from "./plan-digest.ts";
import { firstOf, restOf, withoutNeeded } from "./prune-rounds.ts";
import { deletableOf, sortAbsent } from "./sort-absent.ts";
import type { AbsentObject, PruneRules } from "./sort-absent.ts";

const now = new Date("2026-01-01T12:00:00Z");
const ago = (seconds: number): Date => new Date(now.getTime() - seconds * 1000);
const owner = { appUid: "app1", installation: "test" };
const unit = { cluster: "c1", appUid: "app1" };

const refOf = (name: string, kind = "ConfigMap", group = ""): ObjectRef => ({ group, kind, namespace: "shop", name });

const live = (ref: ObjectRef, metadata: object = {}, more: object = {}): KubeObject =>
  ({
    apiVersion: ref.group === "" ? "v1" : `${ref.group}/v1`,
    kind: ref.kind,
    metadata: {
      name: ref.name,
      namespace: ref.namespace,
      uid: `uid-${ref.name}`,
      labels: { "evenkeel.dev/app": "app1" },
      annotations: { "evenkeel.dev/installation": "test" },
      managedFields: [{ manager: "evenkeel", operation: "Apply" }],
      ...metadata,
    },
    ...more,
  }) as unknown as KubeObject;

const absent = (ref: ObjectRef, change: Partial<AbsentObject> = {}): AbsentObject => ({
  entry: { ref, uid: `uid-${ref.name}`, desired: "d", absentSince: ago(600) },
  live: live(ref),
  discovered: true,
  kindGone: false,
  claimedBy: undefined,
  takenOver: false,
  failure: undefined,
  unmarked: false,
  ...change,
});

const rules: PruneRules = {
  owner,
  desired: new Set(),
  render: { verified: true, empty: false },
  allowEmpty: false,
  applied: true,
  enabled: true,
  budget: 2,
  graceMs: 60_000,
  removed: false,
  heldUids: new Set(),
};

const a = refOf("a");

describe("an entry that left desired", () => {
  const pending = { ref: a, uid: "", desired: "", absentSince: ago(10) };
  test.each<[string, Partial<AbsentObject>, Partial<PruneRules>, object]>([
    ["is proved where its object is there", {}, {}, { kind: "prove" }],
    ["leaves where nothing is there", { live: undefined }, {}, { kind: "drop" }],
    ["leaves where another object has the name", { live: live(a, { uid: "other" }) }, {}, { kind: "drop" }],
    ["leaves where another app has taken it over", { takenOver: true, claimedBy: "b" }, {}, { kind: "drop" }],
    ["leaves where its kind is no longer defined", { kindGone: true, discovered: false }, {}, { kind: "drop" }],
    ["leaves where what is desired has the same object", {}, { heldUids: new Set(["uid-a"]) }, { kind: "drop" }],
    [
      "leaves where a mark keeps it and its application goes",
      { live: live(a, { annotations: { "evenkeel.dev/installation": "test", "evenkeel.dev/prune": "never" } }) },
      { removed: true },
      { kind: "drop" },
    ],
    ["waits for a create that may still arrive", { entry: pending, live: undefined }, {}, { kind: "wait", ms: 25_000 }],
    [
      "waits so even where its kind is gone",
      { entry: pending, live: undefined, kindGone: true },
      {},
      { kind: "wait", ms: 25_000 },
    ],
    ["is proved where a create has arrived that nobody saw end", { entry: pending }, {}, { kind: "prove" }],
    [
      "is kept where it cannot be read",
      { failure: { code: "ApiUnavailable", message: "m", remedy: "r" } },
      {},
      { kind: "park", reason: { code: "ApiUnavailable" } },
    ],
    [
      "is kept where discovery is not complete",
      { discovered: false },
      {},
      { kind: "park", reason: { code: "PruneUnproven" } },
    ],
  ])("%s", (_, change, rule, wanted) => {
    expect(sortAbsent(absent(a, change), { ...rules, ...rule }, now)).toMatchObject(wanted);
  });
});

const question = (
  all: readonly AbsentObject[],
  change: Partial<PruneQuestion> = {},
  rule: Partial<PruneRules> = {},
) => ({
  unit,
  sorted: all.map((each) => sortAbsent(each, { ...rules, ...rule }, now)),
  wantedBy: new Map<string, string>(),
  namedBy: new Map<string, string>(),
  desired: [],
  deleted: 0,
  budget: rules.budget,
  approvals: { declared: [], before: undefined, now },
  ...change,
});
const names = (refs: readonly { readonly ref: ObjectRef }[]): readonly string[] => refs.map(({ ref }) => ref.name);
const codes = (parked: readonly { readonly ref: ObjectRef; readonly reason: { readonly code: string } }[]) =>
  parked.map(({ ref, reason }) => `${ref.name} ${reason.code}`);
const three = ["a", "b", "c"].map((name) => absent(refOf(name)));
const digest = (...of: readonly string[]): string =>
  digestOfPlan(
    unit,
    of.map((name) => ({ verb: "delete", ref: refOf(name), content: `uid-${name}` })),
  );
const approval = (planned: string, expiresAt = ago(-600).toISOString()) => ({
  declared: [{ name: "go", planDigest: planned, expiresAt }],
  before: undefined,
  now,
});

describe("the plan of a prune", () => {
  test("deletes what is proved, and names each by its uid", () => {
    const plan = planPrune(question(three.slice(0, 2)));
    expect(plan.steps).toMatchObject([
      { verb: "delete", uid: "uid-a", needsApproval: false, isReplaced: false },
      { verb: "delete", uid: "uid-b" },
    ]);
    expect(plan).toMatchObject({ digest: digest("a", "b"), digestInNeed: "", parked: [], dropped: [], waits: [] });
  });

  test("keeps all of what is more than the budget, and says what an Approval has to name", () => {
    const plan = planPrune(question(three));
    expect(plan.steps).toEqual([]);
    expect(codes(plan.parked)).toEqual(["a PruneBudget", "b PruneBudget", "c PruneBudget"]);
    expect(plan.digestInNeed).toBe(digest("a", "b", "c"));
  });

  test("counts what the version has deleted already", () => {
    expect(codes(planPrune(question(three.slice(0, 1), { deleted: 2 })).parked)).toEqual(["a PruneBudget"]);
  });

  test("goes over the budget by an Approval, which is remembered for what is left of the plan", () => {
    const plan = planPrune(question(three, { approvals: approval(digest("a", "b", "c")) }));
    expect(names(plan.steps)).toEqual(["a", "b", "c"]);
    expect(plan).toMatchObject({ digestInNeed: "", approved: { digest: digest("a", "b", "c") } });
    const left = { ...approval(digest("a", "b", "c")), before: plan.approved };
    expect(names(planPrune(question(three.slice(1), { deleted: 1, approvals: left })).steps)).toEqual(["b", "c"]);
    const other = { ...left, before: { digest: digest("a", "b", "c"), writes: new Set<string>() } };
    expect(planPrune(question(three.slice(1), { deleted: 1, approvals: other })).approved).toBeUndefined();
  });

  test.each([
    ["that ended", approval(digest("a", "b", "c"), ago(1).toISOString()), /Approval go ended at/],
    ["that names another plan", approval(digest("a")), /Approval go names another plan/],
    ["where there is none", question([]).approvals, /declare an Approval/],
  ])("says in place of a remedy what is wrong with an Approval %s", (_, approvals, remedy) => {
    expect(planPrune(question(three, { approvals })).parked[0]?.reason.remedy).toMatch(remedy);
  });

  test("names in what needs an Approval only that: the rest goes on its own time", () => {
    const space = { ...refOf("space", "Namespace"), namespace: "" };
    const plan = planPrune(question([absent(space), ...three.slice(0, 1)]));
    expect(names(plan.steps)).toEqual(["a"]);
    expect(codes(plan.parked)).toEqual(["space PruneProtected"]);
    expect(plan.digestInNeed).toBe(digestOfPlan(unit, [{ verb: "delete", ref: space, content: "uid-space" }]));
    expect(plan.digest).not.toBe(plan.digestInNeed);
  });

  test("what a generator made anew under another name uses up no budget", () => {
    const old = ["settings-5t6g9b2k4m", "other-5t6g9b2k4m"].map((name) => refOf(name));
    const desired = ["settings-kkkkkkkkkk", "other-kkkkkkkkkk"].map((name) => refOf(name));
    const plan = planPrune(question([...old.map((ref) => absent(ref)), ...three.slice(0, 2)], { desired }));
    expect(plan.steps.map(({ ref, isReplaced }) => [ref.name, isReplaced])).toEqual([
      ["settings-5t6g9b2k4m", true],
      ["other-5t6g9b2k4m", true],
      ["a", false],
      ["b", false],
    ]);
  });

  test("keeps what others want or name, and looks again the later the longer that lasts", () => {
    const plan = planPrune(
      question(three.slice(0, 2), {
        wantedBy: new Map([[formatRef(a), "b may want it"]]),
        namedBy: new Map([[formatRef(refOf("b")), "Pod x"]]),
      }),
    );
    expect(codes(plan.parked)).toEqual(["a PruneUnproven", "b PruneUnproven"]);
    expect(plan.waits).toEqual([60_000, 60_000]);
  });

  test("asks the cluster only about what could be deleted", () => {
    const dying = absent(refOf("b"), { live: live(refOf("b"), { deletionTimestamp: ago(10).toISOString() }) });
    const foreign = absent(refOf("c"), { live: live(refOf("c"), { labels: {} }) });
    expect(deletableOf(question([absent(a), dying, foreign]).sorted)).toEqual([a]);
  });

  test("looks again when the grace time is over", () => {
    const plan = planPrune(question(three.slice(0, 1), {}, { graceMs: 700_000 }));
    expect(plan.waits).toEqual([100_000]);
    expect(plan.digest).toBe(digest("a"));
  });

  test("names what keeps an object that is being deleted, and asks no budget for it", () => {
    const held = live(a, { deletionTimestamp: ago(40).toISOString(), finalizers: ["x.example/hold"] });
    const plan = planPrune(question([absent(a, { live: held }), ...three.slice(1)]));
    expect(names(plan.steps)).toEqual(["b", "c"]);
    const message = expect.stringContaining("held by x.example/hold");
    expect(plan.parked).toMatchObject([{ ref: a, reason: { code: "DeleteStuck", message } }]);
    expect(plan.waits).toEqual([20_000]);
  });
});

describe("the rounds of a prune", () => {
  const custom = refOf("made", "Widget", "x.example");
  const operator = refOf("operator", "Deployment", "apps");
  const hook = { ...refOf("hook", "ValidatingWebhookConfiguration", "admissionregistration.k8s.io"), namespace: "" };
  const hookLive = live(hook, {}, { webhooks: [{ name: "deny.x.example" }] });
  const plan = planPrune(
    question([absent(operator), absent(custom), absent(hook, { live: hookLive })], { budget: 5 }, { budget: 5 }),
  );
  const quiet = { left: [], silent: new Set<string>() };

  test("what an operator ends goes first, under the digest of the whole", () => {
    expect(names(firstOf(plan).steps)).toEqual(["made"]);
    expect(firstOf(plan).digest).toBe(plan.digest);
  });

  test("the rest follows once that is gone", () => {
    expect(names(restOf(plan, quiet).steps)).toEqual(["operator", "hook"]);
  });

  test("the rest waits for what is left, but for a webhook that did not answer", () => {
    const rest = restOf(plan, { left: [custom], silent: new Set(["deny.x.example"]) });
    expect(names(rest.steps)).toEqual(["hook"]);
    expect(codes(rest.parked)).toEqual(["operator DeleteStuck"]);
  });

  test("a definition waits for objects of its kind that other units are about to delete", () => {
    const crd = { ...refOf("widgets.x.example", "CustomResourceDefinition", "apiextensions.k8s.io"), namespace: "" };
    const defined = live(crd, {}, { spec: { group: "x.example", names: { kind: "Widget" } } });
    const agreed = planPrune(question([absent(crd, { live: defined })]));
    const whole = planPrune(question([absent(crd, { live: defined })], { approvals: approval(agreed.digestInNeed) }));
    const rest = withoutNeeded(whole, restOf(whole, quiet), [{ ref: custom, app: "b" }]);
    expect(rest.steps).toEqual([]);
    expect(codes(rest.parked)).toEqual(["widgets.x.example DeleteStuck"]);
    expect(rest.waits).toEqual([60_000]);
    expect(names(withoutNeeded(whole, restOf(whole, quiet), []).steps)).toEqual(["widgets.x.example"]);
  });
});
