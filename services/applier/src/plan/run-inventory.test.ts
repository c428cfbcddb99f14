import type { ApplyPlan } from "@evenkeel/apply";
import type { InventoryItem } from "@evenkeel/contracts";
import { expect, test } from "vitest";

import type { Run } from "../run/admit.ts";
import { keyOfItem } from "./inventories.ts";
import { itemsBefore } from "./run-inventory.ts";

const refOf = (name: string) => ({ group: "", kind: "ConfigMap", namespace: "shop", name });
const [before, now] = [new Date(0), new Date(60_000)];

const itemOf = (name: string, given: Partial<InventoryItem> = {}): InventoryItem => ({
  ref: refOf(name),
  apiVersion: "v1",
  uid: `uid-${name}`,
  pending: false,
  record: undefined,
  absentSince: undefined,
  lastIn: undefined,
  leftAt: undefined,
  ...given,
});

const stepOf = (name: string, verb: "create" | "update" | "unchanged") => ({
  verb,
  ref: refOf(name),
  object: { apiVersion: "v1", kind: "ConfigMap", metadata: { name } },
  uid: "",
});

const [v1, v2] = [1n, 2n].map((seq) => ({ fleet: 1n, selection: 1n, sources: [{ source: "shop", seq }], tools: 1n }));

const listed = (known: readonly InventoryItem[], plan: object): readonly InventoryItem[] => {
  const items = new Map(known.map((item) => [keyOfItem(item), item]));
  const run = { means: { items }, inventory: { value: { version: v1 } }, fact: { version: v2 } } as unknown as Run;
  return itemsBefore(run, { steps: [], absent: [], ...plan } as unknown as ApplyPlan);
};

test.each(["update", "unchanged"] as const)("what is back in Git is absent no more where its step is %s", (verb) => {
  const was = itemOf("web", { absentSince: before, lastIn: v1, leftAt: v1 });
  expect(listed([was], { steps: [stepOf("web", verb)] })).toEqual([itemOf("web")]);
});

test("what is to be created is listed as pending, without a uid", () => {
  expect(listed([], { steps: [stepOf("web", "create")] })).toEqual([itemOf("web", { uid: "", pending: true })]);
});

test("what leaves is absent since now, with the versions between which it left; what left before stays so since then", () => {
  const gone = itemOf("gone", { absentSince: before, lastIn: v1, leftAt: v1 });
  const absent = [
    { ref: refOf("web"), absentSince: now },
    { ref: refOf("gone"), absentSince: before },
  ];
  expect(listed([itemOf("web"), gone], { absent })).toEqual([
    itemOf("web", { absentSince: now, lastIn: v1, leftAt: v2 }),
    gone,
  ]);
});
