import type { Bus, Delivery } from "@evenkeel/bus";
import { DriftDetected, DriftPolicy, flows } from "@evenkeel/contracts";
import { expect, test } from "vitest";

import type { Deps } from "./deps.ts";
import type { Partition } from "./partition/partition.ts";
import { onDriftDetected } from "./on-drift-detected.ts";

const signal = new AbortController().signal;
const now = new Date("2026-11-22T12:00:00Z");
const before = (ms: number): Date => new Date(now.getTime() - ms);

/** What a delivery makes the handler read, where the newest word about the unit's drift is `newest` in its stream. */
const readsFor = async (delivery: Partial<Delivery<DriftDetected>>, newest: number): Promise<readonly string[]> => {
  const asked: string[] = [];
  const readLast = async (flow: { readonly type: string }) => {
    asked.push(flow.type);
    return flow.type === flows.driftDetected.type ? { sequence: newest } : undefined;
  };
  const bus = { readLast } as unknown as Bus;
  const deps = { bus, clock: { now: () => now } } as unknown as Deps;
  const partition = { newest: new Map(), signal } as unknown as Partition;
  const fact = DriftDetected.fromPartial({
    unit: { cluster: "local", app: "web", appUid: "web" },
    policy: DriftPolicy.CORRECT,
    findings: [{ uid: "u1" }],
  });
  const outcome = await onDriftDetected(deps, partition)({ fact, ...delivery } as Delivery<DriftDetected>, signal);
  expect(outcome).toEqual({ kind: "done" });
  return asked;
};

test.each([
  ["goes on at once when it is fresh", { attempt: 1, sequence: 7, publishedAt: before(10) }, 9, false],
  [
    "goes on when it waited and is still the last word",
    { attempt: 3, sequence: 7, publishedAt: before(60_000) },
    7,
    true,
  ],
  ["ends when it waited and a newer word came", { attempt: 3, sequence: 7, publishedAt: before(60_000) }, 9, "ends"],
  ["ends when it is old, though delivered anew", { attempt: 1, sequence: 7, publishedAt: before(60_000) }, 9, "ends"],
] as const)("a finding %s", async (_title, delivery, newest, looks) => {
  const drift = looks === false ? [] : [flows.driftDetected.type];
  const desired = looks === "ends" ? [] : [flows.desiredStateChanged.type];
  expect(await readsFor(delivery, newest)).toEqual([...drift, ...desired]);
});
