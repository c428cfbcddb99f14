import { InventoryItem } from "@evenkeel/contracts";
import { recordOf, toStoredRecord } from "@evenkeel/drift";
import type { Kube } from "@evenkeel/kube";
import { refOf } from "@evenkeel/resource";
import type { KubeObject } from "@evenkeel/resource";
import { systemClock, systemRng } from "@evenkeel/machine";
import { createMetrics, silentTelemetry } from "@evenkeel/telemetry";
import { eventually } from "@evenkeel/testing";
import { afterAll, expect, test } from "vitest";

import type { Found } from "../core/object/found.ts";
import type { DetectorDeps } from "../deps.ts";
import { openTracking } from "./run-effects.ts";
import { newTracked, newUnit } from "./tracked.ts";

const stop = new AbortController();
afterAll(() => stop.abort());
const hashKey = "0".repeat(64);

const at = (version: number, value: string): KubeObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: {
    name: "a",
    namespace: "n",
    uid: "u",
    resourceVersion: `${version}`,
    managedFields: [
      {
        manager: "evenkeel",
        operation: "Apply",
        apiVersion: "v1",
        time: "2026-11-30T00:00:00Z",
        fieldsType: "FieldsV1",
        fieldsV1: { "f:data": { "f:a": {} } },
      },
    ],
  },
  data: { a: value },
});

/** What happens to it: an event shows what a hand did; a run of ours is in the ledger, and was not heard of yet. */
interface Change {
  readonly by: "hand" | "us";
  readonly object: KubeObject;
}

/** A ConfigMap that Git wants to say "git"; `meanwhile` is what happens to it while the server is asked for the nth time. */
const setUp = (meanwhile: (ask: number) => Change | undefined) => {
  const rendered: KubeObject = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" }, data: { a: "git" } };
  const tracked = newTracked(refOf(at(1, "")), newUnit({ cluster: "prod", app: "web", appUid: "u1" }));
  const judged = Promise.withResolvers<Found | undefined>();
  let asks = 0;
  let isUnheard = false;
  let stored = at(2, "other");
  const kube: Pick<Kube, "serverSideApply" | "getObject"> = {
    async serverSideApply() {
      asks += 1;
      // The server judged before a hand came, and after us.
      const change = meanwhile(asks);
      const judgedAt = change?.by === "us" ? change.object : stored;
      stored = change?.object ?? stored;
      if (change?.by === "us") isUnheard = true;
      if (change?.by === "hand") send(tracked, { kind: "seen", object: stored });
      return { object: at(Number(judgedAt.metadata.resourceVersion), "git"), created: false };
    },
    getObject: async () => stored,
  };
  const deps: DetectorDeps = {
    cluster: "prod",
    installation: "test",
    hashKey,
    epoch: 1n,
    versionsOrdered: true,
    masks: new Map(),
    clock: systemClock,
    rng: systemRng,
    log: silentTelemetry().log,
    metrics: createMetrics(silentTelemetry().meter),
    kubeOf: () => kube,
    confirmCluster: async () => {},
    ledgerCaughtUp: async () => {
      if (isUnheard) tracked.of.openRuns.add("run");
    },
    renderedOf: async () => [{ object: rendered, digest: "digest" }],
    policyOf: async () => undefined,
    ignoreOf: async () => [],
    whenGoneOf: async () => [],
    publish: { drift: async () => {}, resolved: async () => {}, health: async () => {} },
  };
  const send = openTracking(
    deps,
    ({ state }) => (state.question === undefined ? judged.resolve(state.finding) : undefined),
    stop.signal,
  );
  const record = toStoredRecord(recordOf(at(1, "git"), rendered, { desired: "digest", hashKey }));
  const item = { ref: tracked.ref, apiVersion: "v1", uid: "u", pending: false, record, absentSince: undefined };
  send(tracked, { kind: "recorded", item: InventoryItem.fromPartial(item) });
  send(tracked, { kind: "seen", object: stored });
  return { tracked, judged: judged.promise, asks: () => asks };
};

test("an edit that is seen while the server is asked about what was before is asked about, too", async () => {
  const { judged, asks } = setUp((n) => (n === 1 ? { by: "hand", object: at(3, "by hand") } : undefined));
  expect(await judged).toMatchObject({ verdict: "DRIFT" });
  expect(asks()).toBe(2);
});

test("what changes with every question is in doubt, not in sync", async () => {
  const { judged, asks } = setUp((n) => ({ by: "hand", object: at(2 + n, "by hand") }));
  expect(await judged).toMatchObject({ verdict: "UNVERIFIABLE", detail: "it changes faster than it can be read" });
  expect(asks()).toBe(6);
});

test("what a run of ours makes while the server is asked is no drift, however late that run is heard of", async () => {
  const { tracked, asks } = setUp(() => ({ by: "us", object: at(3, "stamped by a later run") }));
  await eventually(() => tracked.state.question === undefined);
  expect(tracked.state.finding).toBeUndefined();
  expect(asks()).toBe(1);
});
