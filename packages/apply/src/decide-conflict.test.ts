import { describe, expect, test } from "vitest";

import { decideConflict } from "./decide-conflict.ts";
import { hasField } from "./has-field.ts";
import { ref, web } from "./web.fixture.ts";

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
    const decision = decideConflict({ ref, conflicts, previous, policy });
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
  const decision = decideConflict({ ref, conflicts, previous: web, policy: { drift: "correct", onConflict: "hold" } });
  expect(decision.kind === "hold" && decision.reason.remedy.includes("declare onConflict: take")).toBe(isNamed);
});
