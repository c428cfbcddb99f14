import { expect, test } from "vitest";

import { driftDetected } from "./to-facts.ts";

test("the same findings under a policy that came back are told again, not taken for a repeat", () => {
  const facts = {
    unit: { cluster: "prod", app: "web", appUid: "" },
    desired: undefined,
    inventory: undefined,
    epoch: 1n,
  };
  const at = (second: number): Date => new Date(second * 1000);
  const told = [
    driftDetected(facts, [], [], "correct", at(1)),
    driftDetected(facts, [], [], "report", at(2)),
    driftDetected(facts, [], [], "correct", at(3)),
  ];
  expect(new Set(told.map(({ cause }) => cause)).size).toBe(3);
  expect(driftDetected(facts, [], [], "correct", at(1)).cause).toBe(told[0]?.cause);
});
