import type { KubeObject } from "@evenkeel/resource";
import type { AdoptPolicy, ApiErrorClass } from "@evenkeel/words";
import { describe, expect, test } from "vitest";

import { decideAdoption } from "./decide-adoption.ts";
import type { TriedApply } from "./decide-adoption.ts";
import { decideConflict } from "./decide-conflict.ts";
import { consequenceOf } from "./error-consequence.ts";
import type { CallVerb } from "./error-consequence.ts";
import { hasField } from "./has-field.ts";
import { decideLineage } from "./decide-lineage.ts";
import { decideReplaced } from "./decide-replaced.ts";
import { mayRecreate } from "./recreate.ts";
import { selectCorrections } from "./select-corrections.ts";
import type { DriftFinding } from "./select-corrections.ts";

const ref = { group: "apps", kind: "Deployment", namespace: "shop", name: "web" };
const web = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", annotations: { "example.com/owner": "a" } },
  spec: {
    replicas: 2,
    template: { spec: { containers: [{ name: "web", image: "a", ports: [{ containerPort: 80, protocol: "TCP" }] }] } },
    finalizers: ["x/y"],
  },
} as unknown as KubeObject;

describe("a field in dispute", () => {
  test.each([
    [".spec.replicas", true],
    [".spec.paused", false],
    [".metadata.annotations.example.com/owner", true],
    ['.spec.template.spec.containers[name="web"].image', true],
    ['.spec.template.spec.containers[name="web"].args', false],
    ['.spec.template.spec.containers[name="other"].image', false],
    ['.spec.template.spec.containers[name="web"].ports[containerPort=80,protocol="TCP"].containerPort', true],
    ['.spec.template.spec.containers[name="web"].ports[containerPort=81,protocol="TCP"].containerPort', false],
    ['.spec.finalizers[="x/y"]', true],
    ['.spec.finalizers[="x/z"]', false],
    [".spec.template.spec.containers[0].image", true],
    ["", false],
    ["nonsense", false],
  ])("%s: what we sent has it: %s", (field, wanted) => {
    expect(hasField(web, field)).toBe(wanted);
  });

  const correct = { drift: "correct", onConflict: "hold" } as const;
  const mark = ".metadata.annotations.evenkeel.dev/seq";
  test.each([
    ["is taken back if it was ours", [".spec.replicas"], web, correct, "force"],
    [
      "is reported if it was ours and drift is reported only",
      [".spec.replicas"],
      web,
      { ...correct, drift: "report" as const },
      "report",
    ],
    ["holds if it was never ours", [".spec.paused"], web, correct, "hold"],
    ["holds if one of several was never ours", [".spec.replicas", ".spec.paused"], web, correct, "hold"],
    ["holds if nothing was ever sent", [".spec.replicas"], undefined, correct, "hold"],
    ["is taken if that is declared", [".spec.paused"], web, { ...correct, onConflict: "take" as const }, "force"],
    ["holds if the server names none", [], web, correct, "hold"],
    [
      "is taken if it is our own mark, whatever was sent",
      [mark],
      undefined,
      { ...correct, drift: "report" as const },
      "force",
    ],
    ["holds if it is a foreign field beside our mark", [mark, ".spec.paused"], web, correct, "hold"],
    [
      "is reported if it is drift beside our mark",
      [mark, ".spec.replicas"],
      web,
      { ...correct, drift: "report" as const },
      "report",
    ],
  ])("%s", (_title, fields, previous, policy, wanted) => {
    const conflicts = fields.map((field) => ({ field, manager: "hpa" }));
    const decision = decideConflict(ref, conflicts, previous, policy);
    expect(decision.kind).toBe(wanted);
    if (decision.kind === "hold" && fields.length > 0) expect(decision.reason.message).toContain("hpa");
  });
});

test.each([
  ["a person", ["kubectl-edit"], true],
  ["another engine", ["argocd-controller", "Terraform"], true],
  ["a controller", ["hpa"], false],
  ["a controller beside a person", ["kubectl-edit", "hpa"], false],
])("a field of %s: taking it is named where it starts no fight", (_title, managers, isNamed) => {
  const conflicts = managers.map((manager) => ({ field: ".spec.paused", manager }));
  const decision = decideConflict(ref, conflicts, web, { drift: "correct", onConflict: "hold" });
  expect(decision.kind === "hold" && decision.reason.remedy.includes("declare onConflict: take")).toBe(isNamed);
});

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
    const tried = found === undefined ? {} : { tried: { object: found } };
    const decision = decideAdoption(ref, found, owner, policy, tried.tried);
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
    const decision = decideAdoption(ref, live({}), owner, "if-equal", tried);
    expect(decision.kind).toBe(because === undefined ? "adopt" : "refuse");
    if (decision.kind === "refuse") expect(decision.reason.message).toContain(because);
  });
});

describe("an answer of the API server", () => {
  test.each<[ApiErrorClass, CallVerb, string]>([
    ["CONFLICT", "apply", "field-conflict"],
    ["STALE", "apply", "decide-again"],
    ["INVALID", "apply", "hold ObjectInvalid, looked at again"],
    ["TRANSIENT", "apply", "retry ApiUnavailable"],
    ["THROTTLED", "apply", "retry ApiUnavailable"],
    ["DENIED", "apply", "hold AdmissionDenied, looked at again"],
    ["DENIED", "delete", "hold PruneDenied, looked at again"],
    ["KIND_UNKNOWN", "apply", "wait KindMissing"],
    ["KIND_UNKNOWN", "delete", "wait KindMissing"],
    ["NAMESPACE_MISSING", "apply", "wait NamespaceMissing"],
    ["NAMESPACE_TERMINATING", "apply", "wait DeleteStuck"],
    ["NOT_FOUND", "delete", "done"],
    ["QUOTA", "apply", "hold QuotaExceeded, looked at again"],
    ["FORBIDDEN", "apply", "hold Forbidden, looked at again"],
    ["AUTH", "apply", "hold AuthFailed, looked at again"],
    ["UNIDENTIFIED", "apply", "hold Forbidden, looked at again"],
    ["CUT_SHORT", "delete", "retry ApiUnavailable"],
    ["TOO_LARGE", "apply", "hold LimitExceeded, for good"],
    ["TLS", "read", "hold TlsInvalid, looked at again"],
    ["PROTOCOL", "apply", "retry ApiProtocolError"],
  ])("%s to %s means %s", (errorClass, verb, wanted) => {
    const consequence = consequenceOf(errorClass, verb);
    const code = "code" in consequence ? ` ${consequence.code}` : "";
    const again = consequence.kind === "hold" ? (consequence.recheck ? ", looked at again" : ", for good") : "";
    expect(`${consequence.kind}${code}${again}`).toBe(wanted);
  });
});

describe("an object whose field cannot be changed", () => {
  const job = { ...ref, group: "batch", kind: "Job" };
  const annotated = (value: string): KubeObject =>
    ({ ...web, metadata: { name: "web", annotations: { "evenkeel.dev/recreate": value } } }) as unknown as KubeObject;
  test.each([
    ["a Job is replaced by default", web, job, "job-only", true],
    ["a Deployment is not", web, ref, "job-only", false],
    ["a Deployment is under always", web, ref, "always", true],
    ["a Job is not under never", web, job, "never", false],
    ["its own annotation goes over the app", annotated("always"), ref, "never", true],
    ["an annotation that is no policy counts as none", annotated("yes"), ref, "job-only", false],
    [
      "a protected kind never is",
      web,
      { group: "", kind: "PersistentVolumeClaim", namespace: "shop", name: "a" },
      "always",
      false,
    ],
  ] as const)("%s", (_title, object, at, policy, wanted) => {
    expect(mayRecreate(object, at, policy)).toBe(wanted);
  });
});

describe("a finding", () => {
  const applied = [{ ref, uid: "u1", recordRevision: 5n }];
  const finding = (change: Partial<DriftFinding>): DriftFinding => ({
    ref,
    verdict: "DRIFT",
    uid: "u1",
    inventoryRevision: 5n,
    ...change,
  });
  test.each<[string, Partial<DriftFinding>, string]>([
    ["of drift is put back with force", { verdict: "DRIFT" }, "force u1"],
    ["of lost ownership is put back without force", { verdict: "OWN" }, "no-force u1"],
    ["of a missing object makes it again", { verdict: "MISSING", uid: "" }, "no-force "],
    ["of a deletion in progress waits", { verdict: "TERMINATING" }, "later"],
    ["of order is not corrected", { verdict: "ORDER" }, "nothing"],
    ["of a fight is corrected with force", { verdict: "CONTESTED" }, "force u1"],
    ["that could not be verified is not corrected", { verdict: "UNVERIFIABLE" }, "nothing"],
    ["about another object of that name is put back once it is known whose it is", { uid: "u2" }, "force u2 replaced"],
    [
      "about an equal object of that name takes it without force",
      { uid: "u2", verdict: "OWN" },
      "no-force u2 replaced",
    ],
    ["older than the record is dropped", { inventoryRevision: 4n }, "nothing"],
    ["newer than the record holds", { inventoryRevision: 9n }, "force u1"],
    ["about an object that is not applied is dropped", { ref: { ...ref, name: "other" } }, "nothing"],
  ])("%s", (_title, change, wanted) => {
    const { now, later } = selectCorrections([finding(change)], applied);
    const [first] = now;
    const text =
      first === undefined
        ? later.length > 0
          ? "later"
          : "nothing"
        : `${first.force ? "force" : "no-force"} ${first.uid}${first.replaced ? " replaced" : ""}`;
    expect(text).toBe(wanted);
  });
});

describe("an object made anew by others under a name of ours", () => {
  const made = (metadata: Partial<KubeObject["metadata"]> = {}): KubeObject => ({
    ...web,
    metadata: { ...web.metadata, managedFields: [{ manager: "kubectl-create", operation: "Update" }], ...metadata },
  });
  const policy = (drift: "correct" | "report" | "hold", adopt: AdoptPolicy = "none") => ({ drift, adopt });
  const ours = {
    labels: { "evenkeel.dev/app": "app1" },
    annotations: { "evenkeel.dev/installation": "test" },
  };
  test.each([
    ["is put back under correct", made(), policy("correct"), "take"],
    ["is put back if our marks were copied onto it", made(ours), policy("correct"), "take"],
    ["is only told under report", made(), policy("report"), "made again by kubectl-create: drift is reported only"],
    ["is only told under hold", made(), policy("hold"), "drift is held"],
    [
      "is left to another application of ours, even under takeover",
      made({ labels: { "evenkeel.dev/app": "app2" }, annotations: { "evenkeel.dev/installation": "test" } }),
      policy("correct", "takeover"),
      "application app2 holds it",
    ],
    ["is put back under takeover whatever drift says", made(), policy("report", "takeover"), "take"],
    [
      "is left to another engine",
      made({ annotations: { "meta.helm.sh/release-name": "x" } }),
      policy("correct"),
      "Helm manages it",
    ],
    [
      "is left to another application",
      made({ labels: { "evenkeel.dev/app": "app2" } }),
      policy("correct"),
      "application app2 holds it",
    ],
    [
      "is left to another installation",
      made({ ...ours, annotations: { "evenkeel.dev/installation": "other" } }),
      policy("correct"),
      "installation other holds it",
    ],
    [
      "is ours if our apply made it",
      made({ ...ours, managedFields: [{ manager: "evenkeel", operation: "Apply" }] }),
      policy("report"),
      "ours",
    ],
  ] as const)("%s", (_title, found, how, wanted) => {
    const decision = decideReplaced(ref, found, { appUid: "app1", installation: "test" }, how);
    expect(decision.kind === "refuse" ? decision.reason.message : decision.kind).toContain(wanted);
  });
});

describe("the lineage of a tip", () => {
  const anchored = { source: "web", gitRef: "refs/heads/main", lineage: "aa", tip: "a9", seq: 9n, follows: [] };
  test.each([
    ["passes if it is the anchored one", { tip: "b1", seq: 10n }, "passes"],
    ["passes for another source", { source: "other", lineage: "bb", seq: 1n }, "passes"],
    ["passes for another Git ref", { gitRef: "refs/heads/next", lineage: "bb", seq: 1n }, "passes"],
    ["passes where it goes on from the anchored one", { lineage: "bb", seq: 10n, follows: ["cc", "aa"] }, "passes"],
    ["must be proved whatever its seq: other sources raise it", { lineage: "bb", seq: 10n }, "prove"],
    ["must be proved where it goes on from another one", { lineage: "bb", seq: 10n, follows: ["cc"] }, "prove"],
    ["must be proved with a lower seq", { lineage: "bb", seq: 3n }, "prove"],
  ] as const)("%s", (_title, change, wanted) => {
    expect(decideLineage({ ...anchored, ...change }, anchored)).toBe(wanted);
  });

  test("passes where nothing is anchored", () => {
    expect(decideLineage(anchored, undefined)).toBe("passes");
  });
});
