import { describe, expect, test } from "vitest";

import { comesWhole, heldFrom, isEarlier, isEarlierName, isHeld, managerBehind } from "./earlier-managers.ts";
import type { ManagedEntry } from "./fields-v1.ts";

const entry = (manager: string, change: object = {}): ManagedEntry => ({
  manager,
  operation: "Update",
  apiVersion: "v1",
  fieldsV1: {},
  ...change,
});

describe("the fields of a manager go over to us, with all that an object has of it", () => {
  test.each([
    ["kubectl", true, true],
    ["kubectl-client-side-apply", true, true],
    ["kubectl.exe", true, true],
    ["oc", true, true],
    ["kubectl-rollout", true, false],
    ["before-first-apply", true, true],
    ["helm", true, true],
    ["argocd-controller", true, true],
    ["deploy@shop", true, true],
    ["Terraform", true, true],
    ["kube-controller-manager", false, false],
    ["cert-manager", false, false],
    ["my-kubectl", false, false],
    ["kubectlx", false, false],
    ["ocelot", false, false],
    ["helmsman", false, false],
    ["", false, false],
  ])("%j: %s, %s", (manager, earlier, whole) => {
    expect([isEarlier(entry(manager)), isEarlierName(manager), comesWhole(entry(manager))]).toEqual([
      earlier,
      earlier,
      whole,
    ]);
  });

  test.each([
    ["of our own applies", entry("evenkeel", { operation: "Apply" })],
    ["of a subresource", entry("kubectl", { subresource: "status" })],
    ["without a name", { operation: "Update" } as ManagedEntry],
  ])("not from an entry %s", (_title, of) => expect([isEarlier(of), comesWhole(of)]).toEqual([false, false]));
});

describe("what a manager had before Git named it", () => {
  const held = heldFrom(entry("kubectl", { time: "t" }));
  test("is kept under a name of its own, which stands for that manager", () => {
    expect(held).toEqual(entry("kubectl before Git", { time: "t" }));
    expect([isHeld(held), isEarlier(held), managerBehind("kubectl before Git")]).toEqual([true, false, "kubectl"]);
  });

  test.each([
    ["not that of a controller", entry("hpa before Git"), false],
    ["not what is not named so", entry("kubectl"), false],
    ["not of a subresource", entry("kubectl before Git", { subresource: "scale" }), false],
  ])("is known by its name: %s", (_title, of, is) => expect(isHeld(of)).toBe(is));

  test("has a name that a server takes, however long that of its manager is", () => {
    const name = heldFrom(entry(`kubectl-${"x".repeat(200)}`))["manager"];
    expect(name).toHaveLength(128);
    expect(isHeld(heldFrom(entry(`kubectl-${"x".repeat(200)}`)))).toBe(true);
  });

  test("stands for no other name", () => expect(managerBehind("kubectl")).toBe("kubectl"));
});
