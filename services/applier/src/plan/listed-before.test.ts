import type { ApplyPlan } from "@evenkeel/apply";
import { EntryKind } from "@evenkeel/contracts";
import type { Inventory } from "@evenkeel/contracts";
import { expect, test } from "vitest";

import type { Run } from "../run/admit.ts";
import { applyPlan } from "../write/apply-plan.ts";

const ref = { group: "", kind: "ConfigMap", namespace: "shop", name: "web" };
const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "web", namespace: "shop" } };
const plan = {
  steps: [{ verb: "create", ref, object, digest: "d", uid: "", force: false }],
  order: { objects: 1, after: [[]] },
  admission: [],
  absent: [],
  digest: "p",
} as unknown as ApplyPlan;

/** A run that writes down what is stored, and stops right before its first write. */
const begin = () => {
  const log: string[] = [];
  const save = async (_unit: object, { items, complete }: Inventory) => {
    const told = items.map(({ ref: of, pending }) => `${of?.name ?? ""}${pending ? " pending" : ""}`).join(", ");
    log.push(`inventory of ${told}, ${complete ? "whole" : "in part"}`);
    return { value: undefined, revision: 1, recordRevisions: new Map() };
  };
  const span = async (_name: string, _options: object, work: (span: object) => Promise<unknown>) => work({});
  const guard = async () => {
    log.push("write");
    return { kind: "stopped" };
  };
  const run = {
    deps: {
      clock: { monotonic: () => 0 },
      telemetry: { span, log: { info: () => {} } },
      metrics: { stageDuration: { record: () => {} } },
    },
    partition: {
      number: 1,
      nextRun: () => "1.1",
      lease: { epoch: 1n, sure: async () => true },
      inventories: { save },
      chain: {
        append: async (kind: EntryKind) => {
          log.push(kind === EntryKind.INTENT ? "intent" : "outcome");
          return 1n;
        },
      },
    },
    fact: { unit: { cluster: "prod", app: "web", appUid: "u" }, version: undefined, digest: "d", traceId: "" },
    inventory: { value: undefined, revision: 0 },
    means: { items: new Map(), guard },
    signal: new AbortController().signal,
  };
  return { log, run: run as unknown as Run };
};

test("what is to be created is in the inventory before the first write: who is killed then leaves nothing that nobody knows", async () => {
  const { log, run } = begin();
  await applyPlan(run, plan);
  expect(log.slice(0, log.indexOf("write")).toSorted()).toEqual(["intent", "inventory of web pending, in part"]);
  expect(log.slice(log.indexOf("write") + 1)).toEqual(["inventory of web pending, in part", "outcome"]);
});
