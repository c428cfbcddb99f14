import { connectOver, listWatch } from "@evenkeel/kube";
import type { Kube, WatchState } from "@evenkeel/kube";
import { expect, test } from "vitest";

import { createEmbeddedCluster } from "../embedded-cluster.ts";
import type { Fault, FaultRule } from "../faults/fault-script.ts";
import { createManualClock } from "../faults/manual-clock.ts";
import { withFaults } from "../faults/with-faults.ts";
import { forever } from "../testdata/both-fronts.ts";
import { openInProcess } from "./open-in-process.ts";

const ref = { group: "", kind: "ConfigMap", namespace: "default", name: "a" };
const object = (value: string) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "a", namespace: "default" },
  data: { value },
});
const on = (verb: string, fault: Fault): FaultRule => ({
  fault,
  when: { verbs: [verb], resources: ["configmaps"] },
  count: 1,
});
const setUp = async (...rules: readonly FaultRule[]) => {
  const clock = createManualClock();
  const cluster = createEmbeddedCluster({ clock });
  const kube = await connectOver(openInProcess(withFaults(cluster, { seed: 1, rules })), { clock }, forever);
  return { clock, cluster, kube };
};
const apply = (kube: Kube, value: string) =>
  kube.serverSideApply({ object: object(value), force: true, dryRun: false }, forever);
/** All that follows without time has come to rest. */
const rest = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

test("applies, reads, lists and deletes without any time, and leaves no timer", async () => {
  const { clock, kube } = await setUp();
  expect((await apply(kube, "1")).created).toBe(true);
  const live = await kube.getObject(ref, {}, forever);
  expect(live).toMatchObject({ data: { value: "1" }, metadata: { creationTimestamp: "2026-01-01T00:00:00Z" } });
  expect((await kube.listAll(ref, { namespace: "default" }, forever)).objects).toHaveLength(1);
  expect(await kube.deleteObject(ref, { uid: live!.metadata.uid! }, {}, forever)).toBe("accepted");
  expect(await kube.getObject(ref, {}, forever)).toBeUndefined();
  expect(clock.pending()).toBe(0);
});

test.each([
  ["a call that hangs ends at its deadline", on("patch", { kind: "half-open" }), 30_000, "DeadlineExceeded"],
  [
    "a 429 is tried again when its time has come",
    on("patch", { kind: "throttle", retryAfterSeconds: 7 }),
    7_000,
    "applied",
  ],
  ["a slow answer comes in its time", on("patch", { kind: "latency", ms: 12_000 }), 12_000, "applied"],
] as const)("%s, and not a millisecond before", async (_title, rule, ms, outcome) => {
  const { clock, kube } = await setUp(rule);
  let end = "";
  const call = apply(kube, "1").then(
    () => (end = "applied"),
    (error: { readonly reason: string }) => (end = error.reason),
  );
  await rest();
  expect(clock.pending()).toBeGreaterThan(0);
  clock.advance(ms - 1);
  await rest();
  expect(end).toBe("");
  clock.advance(1);
  await call;
  expect(end).toBe(outcome);
  expect(clock.pending()).toBe(0);
});

test("a watch is told silent, waits and goes on by the clock alone", async () => {
  const { clock, kube } = await setUp(on("watch", { kind: "half-open", afterEvents: 1 }));
  const states: WatchState[] = [];
  const seen: string[] = [];
  const stop = new AbortController();
  const watching = listWatch(
    kube.transport,
    { resource: await kube.resourceOf(ref, forever), namespace: "default", clock, rng: { chance: () => 1 } },
    {
      onObject: (type, { data }) => void seen.push(`${type} ${(data as { value: string }).value}`),
      onGone: () => void seen.push("gone"),
      onState: (state) => states.push(state),
    },
    stop.signal,
  );
  await rest();
  await apply(kube, "1"); // the last that the watch says
  await apply(kube, "2");
  await rest();
  expect([states, seen]).toEqual([["LIST", "WATCH"], ["ADDED 1"]]);
  clock.advance(149_999);
  await rest();
  expect(states).toEqual(["LIST", "WATCH"]);
  clock.advance(1);
  await rest();
  expect(states).toEqual(["LIST", "WATCH", "BACKOFF"]);
  clock.advance(499);
  await rest();
  expect(states).toHaveLength(3);
  clock.advance(1);
  await rest();
  expect([states.at(-1), seen]).toEqual(["WATCH", ["ADDED 1", "MODIFIED 2"]]);
  stop.abort();
  await watching;
  expect(clock.pending()).toBe(0);
});
