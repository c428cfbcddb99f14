import type { Verdict } from "@evenkeel/words";
import { expect, test } from "vitest";

import { sameFinding, syncOf } from "./found.ts";
import type { Found } from "./found.ts";

const one: Found = {
  ref: { group: "batch", kind: "Job", namespace: "n", name: "a" },
  uid: "u",
  resourceVersion: "11",
  verdict: "DRIFT",
  differences: [{ path: "spec.a", desired: '"git"', live: '"hand"' }],
  managers: [{ manager: "kubectl-edit", operation: "Update", time: "" }],
  onset: new Date(0),
  detail: "",
  inventoryRevision: 7n,
  written: "10",
};

test.each<readonly [string, boolean, Partial<Found>]>([
  ["told again as it was", true, {}],
  ["at a later version of the object: each update of its status makes one", true, { resourceVersion: "12" }],
  ["whose onset was found anew after a restart", true, { onset: new Date(1) }],
  ["with another verdict", false, { verdict: "OWN" }],
  ["about another object of that name", false, { uid: "v" }],
  ["against another inventory", false, { inventoryRevision: 8n }],
  ["with other words", false, { detail: "deletion since now" }],
  ["of another field", false, { differences: [{ path: "spec.b", desired: '"git"', live: '"hand"' }] }],
  ["of another live value", false, { differences: [{ path: "spec.a", desired: '"git"', live: '"other"' }] }],
  ["of one field less", false, { differences: [] }],
])("a finding %s says the same: %s", (_title, same, change) => {
  expect(sameFinding(one, { ...one, ...change })).toBe(same);
  expect(sameFinding({ ...one, ...change }, one)).toBe(same);
});

const meanings: Readonly<Record<Verdict, string>> = {
  DRIFT: "OutOfSync",
  OWN: "Synced",
  MISSING: "OutOfSync",
  TERMINATING: "OutOfSync",
  ORDER: "OutOfSync",
  CONTESTED: "OutOfSync",
  UNVERIFIABLE: "Unknown",
};
test.each(Object.entries(meanings))("an object that is %s makes its unit %s", (verdict, sync) => {
  expect(syncOf(verdict as Verdict)).toBe(sync);
});
