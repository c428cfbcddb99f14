import { setTimeout as delay } from "node:timers/promises";

import { ApplyResult, EntryKind, Sync, Verdict, WriteVerb } from "@evenkeel/contracts";
import type { LedgerEntry } from "@evenkeel/contracts";
import type { KubeObject } from "@evenkeel/resource";
import { controlPlaneAvailable, eventually } from "@evenkeel/testing";
import { describe, expect, test } from "vitest";

import type { DriftWorld } from "./drift-world.ts";
import { editLive, removeLive } from "./edit-live.ts";
import { useDriftWorld } from "./use-drift-world.ts";

const never = new AbortController().signal;
const configMap = (name: string, value = "git", namespace?: string): KubeObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
  data: { value, other: "o" },
});

/** Refuses every CREATE of the ConfigMaps whose name begins so. */
const refusal = (name: string): readonly KubeObject[] => [
  {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingAdmissionPolicy",
    metadata: { name },
    spec: {
      failurePolicy: "Fail",
      matchConstraints: {
        resourceRules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["configmaps"] }],
      },
      validations: [{ expression: `!object.metadata.name.startsWith("${name}")`, message: "not here" }],
    },
  },
  {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingAdmissionPolicyBinding",
    metadata: { name },
    spec: { policyName: name, validationActions: ["Deny"] },
  },
];

// One world for all; each test has an application of its own.
describe.skipIf(!controlPlaneAvailable)("corrections, on a real kube-apiserver and nats-server", () => {
  let world: DriftWorld;
  let app = "";
  useDriftWorld(
    (count) => `app${count}`,
    (opened, name) => {
      world = opened;
      app = name;
    },
  );
  const synced = async (): Promise<unknown> =>
    eventually(() => world.said.health.findLast(({ unit }) => unit?.app === app)?.sync === Sync.SYNCED, {
      timeoutMs: 20_000,
    });
  const valueOf = async (name: string): Promise<unknown> =>
    ((await world.live(configMap(name)))?.["data"] as Record<string, unknown> | undefined)?.["value"];
  const is = async (name: string, value: string | undefined, timeoutMs = 5_000): Promise<unknown> =>
    eventually(async () => (await valueOf(name)) === value, { timeoutMs });
  const admin = async (object: KubeObject): Promise<void> =>
    void (await world.kube.serverSideApply({ object, force: true, dryRun: false, manager: "test" }, never));
  const corrections = async (): Promise<readonly LedgerEntry[]> =>
    (await world.ledger(app)).filter(
      ({ kind, units }) =>
        kind === EntryKind.OUTCOME && units.some(({ writes }) => writes.some(({ verb }) => verb === WriteVerb.CORRECT)),
    );
  const resultsOf = (entries: readonly LedgerEntry[]): readonly string[] =>
    entries.flatMap(({ units }) => units.map(({ result }) => result));

  describe("that fail", () => {
    test("by a policy that denies CREATE are repeated after growing pauses, named as failed, and end with their cause", async () => {
      const denied = `${app}-denied`;
      await world.desire(app, [configMap(denied), configMap(`${app}-free`)], 1);
      await synced();
      for (const object of refusal(denied)) await admin(object);
      // A policy is in force some moments after it was written.
      await eventually(async () => {
        const probe = {
          ...configMap(`${denied}-probe`),
          metadata: { name: `${denied}-probe`, namespace: world.namespace },
        };
        try {
          await world.kube.serverSideApply({ object: probe, force: true, dryRun: true, manager: "test" }, never);
          return false;
        } catch {
          return true;
        }
      });
      await removeLive(world, configMap(denied));
      await eventually(async () => (await corrections()).length > 0);
      const began = Date.now();
      await editLive(world, configMap(`${app}-free`), { data: { value: "hand" } });
      await is(`${app}-free`, "git");
      await delay(6_000 - (Date.now() - began)); // the time in which the attack was counted
      const entries = await corrections();
      expect(entries.length).toBeLessThanOrEqual(6);
      expect(resultsOf(entries).filter((result) => result === "corrected")).toHaveLength(1);
      expect(resultsOf(entries).filter((result) => result === "failed").length).toBeGreaterThanOrEqual(2);
      const told = world.said.applied.findLast(
        ({ unit, result }) => unit?.app === app && result === ApplyResult.FAILED,
      );
      expect(told?.reason?.code).toBe("AdmissionDenied");
      const [policy, binding] = refusal(denied);
      await removeLive(world, { ...binding!, metadata: { ...binding!.metadata, namespace: "" } });
      await removeLive(world, { ...policy!, metadata: { ...policy!.metadata, namespace: "" } });
      await is(denied, "git", 15_000);
      await synced();
    }, 90_000);

    test("in a namespace that is being deleted are repeated after growing pauses", async () => {
      const namespace = `${world.namespace}-${app}`;
      await admin({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
      await world.desire(app, [configMap(`${app}-a`, "git", namespace)], 1);
      await synced();
      // Without its controller the namespace stays as it is: Terminating.
      await removeLive(world, { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace, namespace: "" } });
      await removeLive(world, configMap(`${app}-a`, "git", namespace));
      await eventually(async () => (await corrections()).length > 0);
      await delay(5_000);
      const entries = await corrections();
      expect(entries.length).toBeLessThanOrEqual(5);
      expect(new Set(resultsOf(entries))).toEqual(new Set(["failed"]));
      expect(entries[0]?.units[0]?.writes[0]?.result).toBe("failed:DeleteStuck");
    }, 60_000);
  });

  describe("of what another writes again and again", () => {
    test("come at once for a person's edits some seconds apart, the sixteenth as the first", async () => {
      await world.desire(app, [configMap(`${app}-a`)], 1);
      await synced();
      const stood: number[] = [];
      for (let n = 0; n < 16; n += 1) {
        await delay(1_600); // a person's pace
        await editLive(world, configMap(`${app}-a`), { data: { value: `edit ${n}` } });
        const at = performance.now();
        await is(`${app}-a`, "git");
        stood.push(performance.now() - at);
      }
      expect(Math.max(...stood)).toBeLessThan(1_000);
      // The object is back before its end is in the ledger.
      await eventually(async () => {
        const last = (await corrections()).at(-1)?.units[0];
        expect(last).toMatchObject({ result: "corrected", writes: [{ result: "done" }] });
        expect(last?.writes[0]?.drift).toMatchObject({
          verdict: Verdict.DRIFT,
          fields: [{ path: "data.value", desired: '"git"', live: '"edit 15"' }],
          managers: [{ name: "kubectl-edit" }],
          rounds: 16,
        });
      });
      await eventually(() => {
        const lines = world
          .logs()
          .filter((line) => line["app"] === app && /^drift (?:found|corrected)$/.test(String(line["msg"])));
        expect(lines.filter((line) => line["level"] === "info")).toHaveLength(32);
        expect(lines.at(-1)).toMatchObject({ fields: "data.value", manager: "kubectl-edit" });
        const incident = world.said.applied.findLast(({ unit }) => unit?.app === app);
        expect(incident).toMatchObject({ result: ApplyResult.CORRECTED, reason: { code: "Fight" } });
        expect(incident?.reason?.message).toMatch(/evenkeel and kubectl-edit keep writing data\.value/);
      });
    }, 90_000);

    test("come at a falling rate while a rival answers each at once, and never end", async () => {
      await world.desire(app, [configMap(`${app}-a`)], 1);
      await synced();
      const until = performance.now() + 12_000;
      let writes = 0;
      while (performance.now() < until) {
        await is(`${app}-a`, "git", 20_000);
        await editLive(world, configMap(`${app}-a`), { data: { value: "rival" } }, "rival-operator");
        writes += 1;
      }
      expect(writes).toBeGreaterThanOrEqual(12);
      expect(writes).toBeLessThanOrEqual(17); // unpaced there are some hundred
      await is(`${app}-a`, "git", 40_000);
      const messages = new Set(
        world.said.applied.filter(({ unit }) => unit?.app === app).flatMap(({ reason }) => reason?.message ?? []),
      );
      expect([...messages]).toEqual([expect.stringMatching(/evenkeel and rival-operator keep writing data\.value/)]);
      await synced();
    }, 90_000);

    test("end only where onFight: hold is declared, and the others of the unit go on", async () => {
      world.declare(app, { onFight: "hold" });
      await world.desire(app, [configMap(`${app}-a`), configMap(`${app}-b`)], 1);
      await synced();
      for (let n = 0; n < 12; n += 1) {
        await editLive(world, configMap(`${app}-a`), { data: { value: `rival ${n}` } }, "rival-operator");
        if (n < 11) await is(`${app}-a`, "git");
      }
      const held = await eventually(
        () => world.said.applied.find(({ unit, result }) => unit?.app === app && result === ApplyResult.HELD) ?? false,
      );
      expect(held.reason).toMatchObject({ code: "Fight", message: expect.stringContaining("onFight: hold") });
      await editLive(world, configMap(`${app}-b`), { data: { value: "hand" } });
      await is(`${app}-b`, "git");
      expect(await valueOf(`${app}-a`)).toBe("rival 11");
    }, 60_000);
  });
});
